package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.NotFoundException;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.S3Server;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import io.github.ldamasio.rbs.training.LoadedClasses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
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
  private static final Path PAGE = Project.DIRECTORY.resolve("docs/your-job.md");
  private static final Pattern FILE =
      Pattern.compile("(?m)^`([^`/]+)`[^:`\n]*(?:`[^`\n]*`[^:`\n]*)*:\n\n```\\w+\n((?s:.*?))```$");
  private static final Pattern CONSOLE = Pattern.compile("(?m)^```console\n((?s:.*?))```$");

  /** Puts the files of /jobs into the store, and runs its arguments. */
  private static final String UPLOAD =
      """
      python3 -c "
      import boto3, glob, os
      s3 = boto3.client('s3', endpoint_url=os.environ['S3_ENDPOINT'])
      s3.create_bucket(Bucket='lake')
      for file in glob.glob('/jobs/*.*'):
          s3.upload_file(file, 'lake', 'code/' + os.path.basename(file))
      " && "$@"
      """;

  private static String page;
  private static TemporaryDirectory directory;
  private static String tag;
  private static String output;

  @BeforeAll
  static void writeTheFiles() throws IOException {
    page = Files.readString(PAGE);
    directory = new TemporaryDirectory("your-job-");
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
    tag = "rbs-spark-test-" + UUID.randomUUID() + ":1";
    FILE.matcher(page)
        .results()
        .forEach(file -> write(directory.path().resolve(file.group(1)), file.group(2)));
    String avro = "spark-avro_2.12-%s.jar".formatted(Project.property("base.spark.version"));
    Files.copy(
        Project.TARGET.resolve("test-servers/spark-avro_2.12.jar"), directory.path().resolve(avro));
    // The page's commands in the page's order; what they print stands below them.
    String script =
        CONSOLE
            .matcher(page)
            .results()
            .map(block -> block.group(1))
            .reduce("", String::concat)
            .replaceAll("(?m)^(?!\\$ ).*\n", "")
            .replaceAll("(?m)^\\$ ", "")
            .replaceFirst("image=\\S+", "image=" + Image.id())
            .replace("my-spark:1", tag);
    output =
        Command.run(directory.path(), LIMIT, List.of("bash", "-exc", pip() + script))
            .succeeded()
            .stdout();
  }

  @AfterAll
  static void cleanUp() {
    try {
      Image.engine().removeImageCmd(tag).exec();
    } catch (NotFoundException e) {
      // a command before the build has failed
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
    List<String> shown =
        CONSOLE
            .matcher(page)
            .results()
            .flatMap(block -> block.group(1).lines())
            .filter(line -> !line.startsWith("$ "))
            .toList();
    assertThat(shown).isNotEmpty();
    assertThat(output).contains(shown);
  }

  @Test
  void aJobFromTheStoreRunsOnExecutors() {
    try (Network network = SparkContainer.internalNetwork();
        S3Server s3 = S3Server.selected(network);
        StandaloneCluster cluster = new StandaloneCluster(network, "worker1")) {
      String submit =
          page.lines().filter(line -> line.startsWith("spark-submit ")).findFirst().orElseThrow();
      List<String> options = new ArrayList<>();
      options.add("--conf=spark.hadoop.fs.s3a.endpoint=" + s3.variables().get("S3_ENDPOINT"));
      s3.variables()
          .forEach((name, value) -> options.add("--conf=spark.executorEnv." + name + "=" + value));
      options.addAll(List.of(submit.split(" ")).subList(1, submit.split(" ").length));
      String[] command =
          Stream.concat(
                  Stream.of("bash", "-c", UPLOAD, "bash"),
                  Stream.of(cluster.submit("600m", options.toArray(String[]::new))))
              .toArray(String[]::new);
      SparkContainer job =
          s3.trustedBy(new SparkContainer(command))
              .withNetwork(network)
              .withEnv(s3.variables())
              .withReadOnly(directory.path(), "/jobs");
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

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
