package io.github.ldamasio.rbs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.phase.Phase;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.BuiltPhase;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
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

  private static final Phase PHASE = BuiltPhase.read();

  @TempDir private Path directory;

  @Test
  void theyHoldForPythonWithoutAConfiguration() throws IOException {
    assertThat(settings(job(python()).withTmpFs(Map.of(CONF, ""))))
        .isEqualTo(BuiltPhase.defaults());
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
    command.addAll(BuiltPhase.defaults().keySet());
    assertThat(
            settings(
                job(command.toArray(String[]::new))
                    .withReadOnly(directory, CONF)
                    .withEnv("SPARK_CONF_DIR", CONF)
                    .withEnv("SPARK_DRIVER_BIND_ADDRESS", "127.0.0.1")))
        .isEqualTo(BuiltPhase.defaults());
  }

  @Test
  void aSiteWinsKeyByKeyAndTheJobWinsOverIt() throws IOException {
    Map<String, String> expected = new TreeMap<>(BuiltPhase.defaults());
    List<String> names = List.copyOf(PHASE.hadoopDefaults().keySet());
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
    Map<String, String> expected = new TreeMap<>(BuiltPhase.defaults());
    PHASE.hadoopDefaults().keySet().forEach(name -> expected.put(name, "site"));
    site(List.copyOf(PHASE.hadoopDefaults().keySet()));
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

  private static List<String> print() {
    return Stream.concat(Stream.of(PRINT), BuiltPhase.defaults().keySet().stream()).toList();
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
