package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.NotFoundException;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.MavenRun;
import io.github.ldamasio.rbs.process.OwnWheel;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.SourceCopy;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.scene.YourJobPage;
import io.github.ldamasio.rbs.server.RegistryServer;
import io.github.ldamasio.rbs.training.LoadedClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The example of an image of one's own, built with this project's parent on the image of this
 * build.
 */
@Tag("full")
class OwnImageIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Path EXAMPLE = Project.DIRECTORY.resolve("src/examples/own-image");
  private static final String LOCK = "python-requirements.txt";
  private static final String REPORT = "src/main/jobs/report.py";
  private static final int ONE_FILE = 100_000;
  private static final String NAME = "own-image-" + UUID.randomUUID();

  private static TemporaryDirectory scratch;
  private static Path first;
  private static Result verified;

  @BeforeAll
  static void verifyTheExample() throws IOException {
    scratch = new TemporaryDirectory("own-image-");
    Path sources = Files.createDirectory(scratch.path().resolve("sources"));
    SourceCopy.to(sources);
    for (String command : YourJobPage.read().lines("mvn install")) {
      String[] words = command.split(" ");
      online(new MavenRun(sources, Arrays.copyOfRange(words, 1, words.length))).run().succeeded();
    }
    first = copy("first");
    verified = online(maven(first, "verify")).run().succeeded();
  }

  @AfterAll
  static void cleanUp() {
    try {
      Image.engine().removeImageCmd(name()).exec();
    } catch (NotFoundException e) {
      // the build has failed
    }
    scratch.close();
  }

  @Test
  void verifyChecksTheAdditionsInTheImage() {
    assertThat(verified.output())
        .containsPattern("jar spark-avro_2.12 3.5.0 +OK .*, added to the image of rbs-spark")
        .containsPattern("python tabulate 0.9.0 +OK .*, added to the image of rbs-spark")
        .containsPattern("foreign files +OK")
        .contains(" 0 failed");
  }

  @Test
  void theSameDirectoryElsewhereGivesTheSameDigest() throws IOException {
    Path clone = copy("a-clone/at/another path");
    maven(clone, "package").run().succeeded();
    assertThat(digest(clone)).isEqualTo(digest(first));
  }

  @Test
  void aChangedJobSendsItsFileAloneAndNeedsAnotherTag() throws IOException {
    Path changed = copy("changed");
    try (RegistryServer registry = RegistryServer.open()) {
      push(changed, registry, "1").succeeded();
      assertThat(registry.digest("own", "1")).isEqualTo(digest(changed));
      long before = registry.bytes();
      Files.writeString(changed.resolve(REPORT), "# one line more\n", StandardOpenOption.APPEND);
      assertThat(push(changed, registry, "1").failed().output())
          .contains("a tag never gets a second content");
      push(changed, registry, "2").succeeded();
      assertThat(registry.bytes() - before).as("bytes").isBetween(1L, (long) ONE_FILE);
    }
  }

  @Test
  void theJobRunsWithItsAdditions() {
    SparkContainer job =
        new SparkContainer("spark-submit", "--py-files=/opt/jobs/words.py", "/opt/jobs/report.py")
            .ofImage(name());
    assertThat(job.runToEnd(LIMIT).succeeded().stdout()).contains("id    avro");
  }

  @Test
  @EnabledIfSystemProperty(named = "image.fast-start", matches = "archive")
  void theClassArchiveServesIt() {
    SparkContainer job =
        new SparkContainer(
                LoadedClasses.counted(
                    "spark-submit", "--py-files=/opt/jobs/words.py", "/opt/jobs/report.py"))
            .ofImage(name())
            .withEnv("SPARK_SUBMIT_OPTS", LoadedClasses.LOG);
    assertThat(LoadedClasses.of("driver", job.runToEnd(LIMIT).succeeded().stdout()))
        .singleElement()
        .matches(classes -> classes.useTheArchive() && classes.shared() > classes.other());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a lock without hashes     | Hashes are required in --require-hashes mode
          another numpy             | layers: by Maven nothing that the base has is replaced
          no checksum of the JAR    | JAR 'spark-avro_2.12-3.5.0.jar': expected a line for it
          no jobs                   | directory 'src/main/jobs': expected the jobs of this image
          """)
  void aWrongInputIsNamedAndLeavesNoImage(String what, String message) throws IOException {
    Path wrong = copy(what);
    Path wheels = scratch.path().resolve("wheels");
    switch (what) {
      case "a lock without hashes" -> Files.writeString(wrong.resolve(LOCK), "tabulate==0.9.0\n");
      case "another numpy" ->
          Files.writeString(wrong.resolve(LOCK), OwnWheel.write(wheels, "numpy", "2.0.2").pin());
      case "no checksum of the JAR" -> FileTrees.delete(wrong.resolve(".mvn"));
      case "no jobs" -> FileTrees.delete(wrong.resolve("src/main/jobs"));
      default -> throw new AssertionError(what);
    }
    MavenRun build = maven(wrong, "package");
    Result result = (Files.exists(wheels) ? build.with("wheels.directory", wheels) : build).run();
    assertThat(result.failed().output()).contains(message);
    assertThat(wrong.resolve("target/jib-image.tar")).doesNotExist();
  }

  private static Result push(Path project, RegistryServer registry, String tag) {
    return maven(project, "package", "jib:build")
        .online()
        .with("image.repository", registry.address() + "/own")
        .with("image.tag", tag)
        .with("jib.allowInsecureRegistries", true)
        .run();
  }

  private static MavenRun maven(Path project, String... goals) {
    return new MavenRun(project, goals)
        .with("base.image", "tar://" + Project.TARGET.resolve("jib-image.tar"))
        .with("archive.directory", scratch.path().resolve("cache"))
        .with("image.repository", NAME);
  }

  /** As the run of this test. */
  private static MavenRun online(MavenRun run) {
    return Project.property("maven.mode").equals("offline=true") ? run : run.online();
  }

  private static String name() {
    return NAME + ":" + Project.property("image.tag");
  }

  private static String digest(Path project) throws IOException {
    return Files.readString(project.resolve("target/jib-image.digest")).strip();
  }

  private static Path copy(String name) throws IOException {
    Path copy = scratch.path().resolve(name);
    FileTrees.add(EXAMPLE, copy);
    return copy;
  }
}
