package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.NotFoundException;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.YourJobPage;
import io.github.ldamasio.rbs.server.S3Server;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import io.github.ldamasio.rbs.training.LoadedClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.containers.Network;

/** Whoever does what docs/your-job.md says, with the files that it shows, gets there. */
@Tag("full")
class YourJobIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String UPLOAD = "python3 /test-jobs/upload_files.py /jobs code && \"$@\"";

  private static YourJobPage page;
  private static TemporaryDirectory directory;
  private static String tag;
  private static String output;

  @BeforeAll
  static void writeTheFiles() throws IOException {
    page = YourJobPage.read();
    directory = new TemporaryDirectory("your-job-");
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
    tag = "rbs-spark-test-" + UUID.randomUUID() + ":1";
    page.writeFiles(directory.path());
    String script =
        page.script().replaceFirst("image=\\S+", "image=" + Image.id()).replace("my-spark:1", tag);
    output =
        Command.run(directory.path(), LIMIT, List.of("bash", "-exc", pip() + script))
            .succeeded()
            .stdout();
  }

  @AfterAll
  static void cleanUp() {
    // With an image the engine removes what it was built from, unless that has a name or a
    // container.
    String guard = Image.engine().createContainerCmd(Image.id()).exec().getId();
    try {
      Image.engine().removeImageCmd(tag).exec();
    } catch (NotFoundException e) {
      // a command before the build has failed
    } finally {
      Image.engine().removeContainerCmd(guard).exec();
    }
    directory.close();
  }

  /** From the wheels of the last build if they are there, else from pip's own index. */
  private static String pip() {
    String wheels = Project.property("wheels.directory");
    return Files.exists(Path.of(wheels, "tabulate-0.9.0-py3-none-any.whl"))
        ? "export PIP_NO_INDEX=1 PIP_FIND_LINKS=" + wheels + "\n"
        : "";
  }

  @Test
  void thePagePrintsWhatItsCommandsPrint() {
    assertThat(page.output()).isNotEmpty();
    assertThat(output).contains(page.output());
  }

  @Test
  void aJobFromTheStoreRunsOnExecutors() {
    try (Network network = SparkContainer.internalNetwork();
        S3Server s3 = S3Server.selected(network);
        StandaloneCluster cluster = new StandaloneCluster(network, "worker1")) {
      List<String> submit = List.of(page.lines("spark-submit ").get(0).split(" "));
      List<String> options = new ArrayList<>();
      options.add("--conf=spark.hadoop.fs.s3a.endpoint=" + s3.variables().get("S3_ENDPOINT"));
      s3.variables()
          .forEach((name, value) -> options.add("--conf=spark.executorEnv." + name + "=" + value));
      options.addAll(submit.subList(1, submit.size()));
      String[] command =
          Stream.concat(
                  Stream.of("bash", "-c", UPLOAD, "bash"),
                  Stream.of(cluster.submit("600m", options.toArray(String[]::new))))
              .toArray(String[]::new);
      SparkContainer job =
          s3.trustedBy(new SparkContainer(command))
              .withNetwork(network)
              .withEnv(s3.variables())
              .withReadOnly(directory.path(), "/jobs")
              .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/test-jobs")
              .withEnv("BUCKET", Scene.BUCKET);
      assertThat(job.runToEnd(LIMIT).succeeded().stdout()).contains("id    avro");
    }
  }

  /** What pip and Spark refuse at run time in our image, they refuse in one that is built on it. */
  @Test
  void downloadsStayRefusedInTheDerivedImage() {
    assertThat(
            new SparkContainer("pip", "install", "requests")
                .ofImage(tag)
                .runToEnd()
                .failed()
                .output())
        .contains("NO-RUNTIME-DOWNLOADS");
    assertThat(new SparkContainer("rbs-add", "a.jar").ofImage(tag).runToEnd().failed().output())
        .contains("expected root");
  }

  @Test
  @EnabledIfSystemProperty(named = "image.fast-start", matches = "archive")
  void theClassArchiveServesTheDerivedImageAndGivenJars() {
    for (SparkContainer job :
        List.of(
            counted("spark-submit", "--py-files=/opt/jobs/words.py", "/opt/jobs/report.py")
                .ofImage(tag),
            counted(
                    "spark-submit",
                    "--py-files=/jobs/words.py,/jobs/tabulate.zip",
                    "--jars=/jobs/spark-avro_2.12-3.5.0.jar",
                    "/jobs/report.py")
                .withReadOnly(directory.path(), "/jobs"))) {
      assertThat(LoadedClasses.of("driver", job.runToEnd(LIMIT).succeeded().stdout()))
          .singleElement()
          .matches(classes -> classes.useTheArchive() && classes.shared() > classes.other());
    }
  }

  private static SparkContainer counted(String... command) {
    return new SparkContainer(LoadedClasses.counted(command))
        .withEnv("SPARK_SUBMIT_OPTS", LoadedClasses.LOG);
  }
}
