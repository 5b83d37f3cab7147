package io.github.ldamasio.rbs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.SourceCopy;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.SecondEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same inputs give the same image, to the byte: builds of a copy of the sources that have
 * nothing in common with the first build but the local repository, the wheels and the base. Each
 * runs the base's own programs in another sandbox.
 */
@Tag("full")
class ReproduceIT {
  private static final String INPUT = "src/main/jib/etc/pip.conf";
  private static final Path ARCHIVE = Path.of("layers/archive/opt/rbs-spark/archive/spark.jsa");
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /**
   * Another path, umask, time zone, locale, host Python (the latest on the path that has pip) and
   * clock, caches of its own, and an {@code unshare} that refuses what the test says. The times of
   * files stay: an archive records those of the JARs, which the build sets.
   */
  private static final String BUILD =
      """
      refused=$1 docker=$2 name=$3 project=$4 maven=$5 phase=$6
      python=$(compgen -c python3 | grep -E '^python3(\\.[0-9]+)?$' | sort --unique --version-sort |
        while read -r name; do if "$name" -m pip --version >/dev/null 2>&1; then echo "$name"; fi; done | tail -n 1)
      clock=$(echo "$project"/.tools/usr/lib/*/faketime/libfaketime.so.1)
      [[ -e $clock ]] || { echo "libfaketime '$clock': expected a file, found none; run scripts/setup.sh"; exit 1; }
      mkdir -p "$name"
      printf '#!/bin/bash\\n[[ "$*" != %s ]] && PATH=${PATH#*:} exec unshare "$@"\\n' "$refused" >"$name/unshare"
      chmod +x "$name/unshare"
      umask 077
      export PATH=$PWD/$name:$PATH DOCKER_HOST=$docker
      export TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 LD_PRELOAD=$clock FAKETIME=+13h NO_FAKE_STAT=1
      echo "umask $(umask), $TZ, $LC_ALL, $python, $(nproc) CPU, $(date)"
      exec "$maven/bin/mvn" --offline --batch-mode clean package -Dmaven.test.skip=true -P"$phase" -Dpython="$python" \\
        -Djib.baseImageCache="$PWD/.jib/base" -Djib.applicationCache="$PWD/.jib/application" \\
        -Darchive.directory="$PWD/$name/archive" "${@:7}"
      """;

  @Test
  void anotherBuildGivesTheSameBytesAndAChangedByteOthers() throws Exception {
    try (TemporaryDirectory elsewhere = new TemporaryDirectory("reproduce-")) {
      Path image = elsewhere.path().resolve("target/jib-image.tar");
      Path built = Project.TARGET.resolve("jib-image.tar");
      SourceCopy.to(elsewhere.path());

      buildOnOneBusyCpu(elsewhere.path());
      assertThat(ImageDifference.between(built, image)).as("differences").isEmpty();
      assertThat(Files.mismatch(built, image)).as("the first byte that differs").isEqualTo(-1);

      Path input = elsewhere.path().resolve(INPUT);
      Files.writeString(input, Files.readString(input).replaceFirst(".", ";"));
      buildByAnotherEngine(elsewhere.path());
      assertThat(ImageDifference.between(built, image))
          .anyMatch(line -> line.contains("/etc/pip.conf"))
          .noneMatch(line -> line.contains("spark.jsa") || line.contains(".pyc"));
      assertThat(digest(elsewhere.path())).isNotEqualTo(digest(Project.DIRECTORY));
    }
  }

  /** In the namespaces of root, after a build that was killed while it dumped. */
  private static void buildOnOneBusyCpu(Path directory) throws Exception {
    List<String> build = build("*--map-root-user*", "unix:///dev/null", "namespaces");
    if (BuildPlan.hasArchive()) {
      killWhileItDumps(directory, directory.resolve("namespaces/archive"), build);
    }
    Process load = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      run(directory, with(List.of("taskset", "--cpu-list", "0"), build), "namespaces of root");
    } finally {
      load.destroyForcibly();
    }
  }

  /** Nothing that the killed build started runs on, and no archive is left of it. */
  private static void killWhileItDumps(Path directory, Path cache, List<String> build)
      throws Exception {
    Path output = directory.resolve("killed.log");
    Process killed =
        new ProcessBuilder(build)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Instant end = Instant.now().plus(LIMIT);
    // The JVM writes it as soon as it dumps.
    while (Files.notExists(cache.resolve("root/opt/rbs-spark/archive/libjvm"))) {
      assertThat(killed.isAlive() && Instant.now().isBefore(end))
          .as(() -> "dumping, and not " + output)
          .isTrue();
      TimeUnit.MILLISECONDS.sleep(100);
    }
    List<ProcessHandle> started = killed.descendants().toList();
    assertThat(started).isNotEmpty();
    killed.destroyForcibly();
    for (ProcessHandle program : started) {
      program.onExit().get(30, TimeUnit.SECONDS);
    }
    assertThat(cache.resolve("archives")).doesNotExist();
  }

  /** Another engine with another storage driver makes the sandbox, and there is no other one. */
  private static void buildByAnotherEngine(Path directory) throws IOException {
    try (SecondEngine engine = new SecondEngine("vfs")) {
      run(directory, build("*", engine.host(), "engine"), "a container");
    }
    if (BuildPlan.hasArchive()) {
      Path dumped = directory.resolve("target").resolve(ARCHIVE);
      assertThat(Files.mismatch(Project.TARGET.resolve(ARCHIVE), dumped)).isEqualTo(-1);
    }
  }

  private static void run(Path directory, List<String> build, String sandbox) throws IOException {
    Result result = Command.run(directory, LIMIT, build).succeeded();
    System.out.println("ReproduceIT: " + result.output().lines().findFirst().orElseThrow());
    System.out.println("ReproduceIT: " + sandbox + ": " + digest(directory));
    if (BuildPlan.hasArchive()) {
      assertThat(result.output()).contains("layers: dumping the class archive in " + sandbox);
    }
  }

  private static List<String> build(String refused, String docker, String name) {
    return List.of(
        "bash",
        "-euc",
        BUILD,
        "bash",
        refused,
        docker,
        name,
        Project.DIRECTORY.toString(),
        Project.property("maven.home"),
        Project.property("image.phase"),
        property("base.image"),
        property("base.python"),
        property("image.fast-start"),
        property("image.tag"),
        property("wheels.directory"),
        "-Dmaven.repo.local=" + Project.property("settings.localRepository"));
  }

  private static String property(String name) {
    return "-D" + name + "=" + Project.property(name);
  }

  private static List<String> with(List<String> prefix, List<String> command) {
    return Stream.of(prefix, command).flatMap(List::stream).toList();
  }

  private static String digest(Path project) throws IOException {
    return Files.readString(project.resolve("target/jib-image.digest")).strip();
  }
}
