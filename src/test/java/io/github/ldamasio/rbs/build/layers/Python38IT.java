package io.github.ldamasio.rbs.build.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lock's wheels for CPython 3.8, the Python of the official base, used by a 3.8 of this
 * machine: {@code -Dpython38=PATH}, or {@code python3.8} on the PATH, or pyenv's.
 */
@Tag("full")
class Python38IT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path JOBS = Project.DIRECTORY.resolve("src/main/jobs");
  private static final Path PYSPARK = Path.of("/opt/spark/python/lib");

  @TempDir private Path directory;

  @Test
  void theWheelsOfTheLockWork() throws Exception {
    String python = python();
    Path packages = directory.resolve("packages");
    new WheelInstaller(
            python,
            "3.8",
            Project.DIRECTORY.resolve(WheelPin.lock()),
            Path.of(Project.property("wheels.directory")))
        .install(Project.property("maven.mode").equals("offline=true"), packages);
    String sitePackages = Pom.read().property("image.site-packages");
    FileTrees.add(Project.TARGET.resolve("layers/configuration" + sitePackages), packages);
    List<String> command =
        new ArrayList<>(
            List.of(
                python,
                "-I",
                "-B",
                Project.DIRECTORY.resolve("src/test/jobs/use_wheels.py").toString(),
                packages.toString(),
                JOBS.toString()));
    command.addAll(pyspark());
    try (Scene scene = Scene.withRows(0)) {
      Map<String, String> variables = new TreeMap<>(scene.environment());
      variables.put("PGHOST", scene.postgres().address());
      variables.put("S3_ENDPOINT", "http://" + scene.s3().address() + ":9000");
      variables.forEach((name, value) -> command.add(0, name + "=" + value));
      command.add(0, "env");
      Result result = Command.run(directory, LIMIT, command);
      assertThat(result.succeeded().stdout().lines())
          .containsExactly(
              "python 3.8",
              "hotfix " + (WheelPin.has("pyarrow-hotfix") ? "True" : "False"),
              "moment 1969-12-31T21:00:00-03:00",
              "rows [(datetime.datetime(1970, 1, 1, 0, 0), [1, 2, 3])]",
              "parquet ['ação ✓'] True",
              "imported days",
              "imported settings",
              "imported job",
              "imported lake",
              "imported latest",
              "imported postgres",
              "imported table",
              "imported ranges",
              "imported copying",
              "imported store",
              "imported bronze_ingest",
              "imported silver_transform");
    }
  }

  /** PySpark and py4j, which the wheels do not bring, from the image. */
  private List<String> pyspark() {
    try (SparkContainer image = SparkContainer.idle()) {
      image.start();
      String found = image.execute("bash", "-c", "ls " + PYSPARK + "/*.zip").succeeded().stdout();
      List<String> archives = new ArrayList<>();
      for (String archive : found.lines().toList()) {
        String copy = directory.resolve(Path.of(archive).getFileName()).toString();
        image.copyFileFromContainer(archive, copy);
        archives.add(copy);
      }
      return archives;
    }
  }

  private static String python() throws IOException {
    String given = System.getProperty("python38");
    if (given != null) {
      return given;
    }
    List<String> candidates = new ArrayList<>(List.of("python3.8"));
    Path pyenv = Path.of(System.getProperty("user.home"), ".pyenv/versions");
    if (Files.exists(pyenv)) {
      try (Stream<Path> versions = Files.list(pyenv)) {
        versions
            .filter(version -> version.getFileName().toString().startsWith("3.8."))
            .map(version -> version.resolve("bin/python3.8").toString())
            .forEach(candidates::add);
      }
    }
    for (String candidate : candidates) {
      if (Command.run(Project.TARGET, LIMIT, List.of("env", candidate, "--version")).exitCode()
          == 0) {
        return candidate;
      }
    }
    return abort(
        "CPython 3.8: expected on the PATH or among pyenv's versions, found none; install one, or give -Dpython38=PATH");
  }
}
