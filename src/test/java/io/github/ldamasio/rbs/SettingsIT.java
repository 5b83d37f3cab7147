package io.github.ldamasio.rbs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.phase.Phase;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.server.ExecutorPod;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The image's defaults hold wherever the configuration directory is, a site's own {@code
 * core-site.xml} wins over them, and {@code --conf} wins over both. What is expected comes from
 * {@code /opt/rbs-spark/defaults} as the repository has it.
 */
@Tag("phase")
class SettingsIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Path JOBS = Project.DIRECTORY.resolve("src/test/jobs");
  private static final String CONF = "/opt/spark/conf";
  private static final String PRINT = "/jobs/print_settings.py";
  private static final String GIVEN = "/given/postgresql-99.jar";
  private static final JarPin POSTGRESQL = JarPin.of("postgresql");
  private static final String BAKED = "/opt/spark/jars/" + POSTGRESQL.fileName();

  /** What Spark on Kubernetes mounts over the configuration of a driver, and nothing else. */
  private static final String PROPERTIES =
      "spark.master=local[1]\nspark.submit.pyFiles=\nspark.kubernetes.submitInDriver=true\n";

  private static Phase phase;

  @TempDir private Path directory;

  @BeforeAll
  static void readThePhase() throws IOException {
    phase =
        Phase.all(Project.DIRECTORY).stream()
            .filter(each -> each.name().equals(Project.property("image.phase")))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void theyHoldForPythonWithoutAConfiguration() throws IOException {
    assertThat(settings(job(python()).withTmpFs(Map.of(CONF, "")))).isEqualTo(defaults());
  }

  @Test
  void theyHoldInADriverThatClusterModeMakes() throws IOException {
    Files.writeString(directory.resolve("spark.properties"), PROPERTIES);
    FileTrees.setModes(directory);
    List<String> command =
        new ArrayList<>(
            List.of(
                "driver",
                "--properties-file",
                CONF + "/spark.properties",
                "--class",
                "org.apache.spark.deploy.PythonRunner",
                "local://" + PRINT));
    command.addAll(defaults().keySet());
    assertThat(
            settings(
                job(command.toArray(String[]::new))
                    .withReadOnly(directory, CONF)
                    .withEnv("SPARK_CONF_DIR", CONF)
                    .withEnv("SPARK_DRIVER_BIND_ADDRESS", "127.0.0.1")))
        .isEqualTo(defaults());
  }

  @Test
  void aSiteWinsKeyByKeyAndTheJobWinsOverIt() throws IOException {
    Map<String, String> expected = new TreeMap<>(defaults());
    List<String> names = List.copyOf(phase.hadoopDefaults().keySet());
    // All but one are the site's, and one of these is the job's.
    names.stream().skip(1).forEach(name -> expected.put(name, "site"));
    expected.put(names.get(1), "job");
    site(names.subList(1, names.size()));
    List<String> command =
        new ArrayList<>(List.of("spark-submit", "--conf=spark.hadoop." + names.get(1) + "=job"));
    command.addAll(print());
    assertThat(
            settings(
                job(command.toArray(String[]::new))
                    .withReadOnly(directory, "/site")
                    .withEnv("SPARK_CONF_DIR", "/site")))
        .isEqualTo(expected);
  }

  @Test
  @Tag("full")
  void aSiteWinsByHadoopsOwnVariable() throws IOException {
    Map<String, String> expected = new TreeMap<>(defaults());
    phase.hadoopDefaults().keySet().forEach(name -> expected.put(name, "site"));
    site(List.copyOf(phase.hadoopDefaults().keySet()));
    assertThat(
            settings(
                job(python()).withReadOnly(directory, "/site").withEnv("HADOOP_CONF_DIR", "/site")))
        .isEqualTo(expected);
  }

  @Test
  void whatAQueryPrintsIsTheResultAlone() {
    assertThat(job("spark-sql", "-e", "select 1").runToEnd(LIMIT).succeeded().stdout())
        .isEqualTo("1\n");
  }

  @Test
  void aJarOfAnotherVersionIsNamedWithTheOneThatIsUsed() {
    String session =
        "from pyspark.sql import SparkSession;"
            + "SparkSession.builder.config('spark.jars', '"
            + GIVEN
            + "').getOrCreate()";
    assertThat(job("python3", "-c", session).runToEnd(LIMIT).succeeded().stderr())
        .containsOnlyOnce(GIVEN)
        .contains("JAR '" + GIVEN + "'", BAKED, "spark.driver.extraClassPath");
  }

  /**
   * An executor has Hadoop's defaults itself, and a JAR that is given as the warning says wins. The
   * shell logs no port, so the table of the kernel says whether 7078 is open.
   */
  @Test
  @Tag("full")
  void theyHoldInAnExecutorsOwnJvm() {
    Map<String, String> expected = new TreeMap<>(phase.hadoopDefaults());
    expected.put("driver", GIVEN);
    String names = String.join(",", phase.hadoopDefaults().keySet());
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network);
        SparkContainer driver =
            job(
                    "bash",
                    "-c",
                    "exec spark-shell \"$@\" </dev/null",
                    "spark-shell",
                    "--master=" + cluster.url(),
                    "--conf=spark.jars=" + GIVEN,
                    "--conf=spark.driver.extraClassPath=" + GIVEN,
                    "--conf=spark.executor.extraClassPath=" + GIVEN,
                    ExecutorPod.DRIVER_PORT,
                    "-i",
                    "/jobs/executor_settings.scala")
                .withEnv("NAMES", names)
                .withNetwork(network)
                .withHostName("driver")
                .waitingFor(
                    Wait.forSuccessfulCommand("grep -q :1BA6 /proc/net/tcp /proc/net/tcp6"));
        SparkContainer executor =
            ExecutorPod.container(network, "1", List.of())
                .withTmpFs(Map.of(CONF, ""))
                .withReadOnly(POSTGRESQL.file(), GIVEN)
                .withEnv("SPARK_CLASSPATH", GIVEN)) {
      driver.start();
      executor.start();
      Result result = driver.awaitEnd(LIMIT).succeeded();
      Map<String, String> found = new TreeMap<>();
      result
          .stdout()
          .lines()
          .filter(line -> line.startsWith("executor "))
          .map(line -> line.substring("executor ".length()).split("=", 2))
          .forEach(setting -> found.put(setting[0], setting[1]));
      assertThat(found).isEqualTo(expected);
      assertThat(result.output()).doesNotContain("JAR '");
    }
  }

  /** All defaults of the phase, by their names. */
  private static Map<String, String> defaults() {
    Map<String, String> all = new TreeMap<>(phase.hadoopDefaults());
    all.putAll(phase.driverProperties());
    return all;
  }

  private static List<String> print() {
    return Stream.concat(Stream.of(PRINT), defaults().keySet().stream()).toList();
  }

  private static String[] python() {
    return Stream.concat(Stream.of("python3"), print().stream()).toArray(String[]::new);
  }

  /** A core-site.xml in which these settings have the value "site". */
  private void site(List<String> names) throws IOException {
    Files.writeString(
        directory.resolve("core-site.xml"),
        names.stream()
            .map("<property><name>%s</name><value>site</value></property>\n"::formatted)
            .collect(joining("", "<configuration>\n", "</configuration>\n")));
    FileTrees.setModes(directory);
  }

  private static SparkContainer job(String... command) {
    return new SparkContainer(command)
        .withReadOnly(JOBS, "/jobs")
        .withReadOnly(POSTGRESQL.file(), GIVEN);
  }

  private static Map<String, String> settings(SparkContainer job) throws JsonProcessingException {
    String line =
        job.runToEnd(LIMIT)
            .succeeded()
            .stdout()
            .lines()
            .filter(each -> each.startsWith("{"))
            .findFirst()
            .orElseThrow();
    Map<String, String> settings =
        new ObjectMapper().readValue(line, new TypeReference<TreeMap<String, String>>() {});
    assertThat(settings.remove("resources"))
        .as("the order in which Hadoop reads its files")
        .matches("Configuration: core-default.xml, (rbs-[a-z-]+.xml, ){1,2}core-site.xml.*");
    return settings;
  }
}
