package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.engine.SparkContainer;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Network;

/**
 * What two variables switch on in prod: {@code SPARK_PROMETHEUS=true} the metrics, {@code
 * SPARK_LOG_FORMAT=json} a log in JSON. Both are off by default.
 */
@Tag("full")
@EnabledIfSystemProperty(named = "image.phase", matches = "prod")
@Tag("phase")
class ObservabilityIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONF = "/opt/spark/conf";
  private static final String DRIVER = "/metrics/prometheus/";
  private static final String EXECUTORS = "/metrics/executors/prometheus";

  /** A line of Spark's own log. */
  private static final Pattern TEXT =
      Pattern.compile("(?m)^\\d\\d/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d INFO SparkContext: Running");

  @TempDir private Path directory;

  /** A job without either variable. */
  private static Result plain;

  @BeforeAll
  static void runWithoutEither() {
    plain = job("spark-submit").runToEnd(LIMIT).succeeded();
  }

  @Test
  void driverAndExecutorsCanBeScraped() throws JsonProcessingException {
    Map<String, JsonNode> pages;
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network, "worker1")) {
      pages =
          PrometheusPages.of(
              job("spark-submit", "--master=" + cluster.url(), "--executor-memory=1g")
                  .withNetwork(network)
                  .withHostName("driver")
                  .withEnv("SPARK_PROMETHEUS", "true")
                  .runToEnd(LIMIT)
                  .succeeded());
    }
    List<String> driver = PrometheusPages.samples(pages.get(DRIVER));
    assertThat(driver).anyMatch(name -> name.endsWith("_driver_DAGScheduler_job_allJobs_Value"));
    List<String> executors = PrometheusPages.samples(pages.get(EXECUTORS));
    assertThat(executors).contains("metrics_executor_completedTasks_total");
    assertThat(pages.get(EXECUTORS).path("text").asText())
        .contains("executor_id=\"driver\"", "executor_id=\"0\"");
  }

  /** Spark redirects requests for unknown pages to the jobs' page. */
  @Test
  void nothingCanBeScrapedByDefault() throws JsonProcessingException {
    assertThat(PrometheusPages.of(plain).values())
        .hasSize(2)
        .allSatisfy(page -> assertThat(page.path("type").asText()).startsWith("text/html"))
        .allSatisfy(page -> assertThat(page.path("text").asText()).doesNotContain("metrics_"));
  }

  @Test
  void eachLineOfTheLogIsJson() throws JsonProcessingException {
    Result result =
        new SparkContainer("spark-submit", "/jobs/catch_a_failure.py")
            .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
            .withEnv("SPARK_LOG_FORMAT", "json")
            .runToEnd(LIMIT)
            .succeeded();
    List<JsonNode> log = log(result.stderr().lines().toList());
    assertThat(log).hasSizeGreaterThan(20);
    assertThat(log)
        .allSatisfy(
            line -> {
              assertThat(line.at("/instant/epochSecond").asLong()).isPositive();
              assertThat(line.path("level").asText()).matches("INFO|WARN|ERROR");
              assertThat(line.path("loggerName").asText()).isNotEmpty();
              assertThat(line.has("message")).isTrue();
            });
    assertThat(log)
        .as("an exception is part of its line")
        .anyMatch(
            line -> line.at("/thrown/extendedStackTrace").asText().contains("ZeroDivisionError"));
  }

  /** The log of an executor that finds no driver and no configuration, until it gives up. */
  @Test
  void anExecutorsLogIsJson() throws JsonProcessingException {
    Result result;
    try (Network network = SparkContainer.internalNetwork();
        SparkContainer executor = ExecutorPod.container(network, "1", List.of())) {
      result =
          executor.withTmpFs(Map.of(CONF, "")).withEnv("SPARK_LOG_FORMAT", "json").runToEnd(LIMIT);
    }
    assertThat(result.exitCode()).isNotZero();
    assertThat(log(result.output().lines().filter(line -> line.startsWith("{")).toList()))
        .anyMatch(line -> line.path("loggerName").asText().contains("KubernetesExecutorBackend"));
    assertThat(result.output()).doesNotContainPattern("(?m)^\\d\\d/\\d\\d/\\d\\d ");
  }

  @Test
  void theLogIsSparksOwnByDefault() {
    assertThat(plain.stderr()).containsPattern(TEXT).doesNotContain("\"loggerName\"");
  }

  @Test
  void bothWorkWithAnotherConfigurationDirectory() throws JsonProcessingException {
    Result result =
        job("spark-submit")
            .withTmpFs(Map.of(CONF, ""))
            .withEnv("SPARK_PROMETHEUS", "true")
            .withEnv("SPARK_LOG_FORMAT", "json")
            .runToEnd(LIMIT)
            .succeeded();
    assertThat(log(result.stderr().lines().toList())).hasSizeGreaterThan(20);
    assertThat(PrometheusPages.samples(PrometheusPages.of(result).get(DRIVER))).isNotEmpty();
  }

  @Test
  void aLogConfigurationOfTheUsersOwnWins() throws IOException {
    Files.writeString(
        directory.resolve("log4j2.properties"),
        """
        rootLogger.level = info
        rootLogger.appenderRef.own.ref = own
        appender.own.type = Console
        appender.own.name = own
        appender.own.target = SYSTEM_ERR
        appender.own.layout.type = PatternLayout
        appender.own.layout.pattern = own %m%n
        """);
    FileTrees.setModes(directory);
    Result result =
        job("spark-submit")
            .withReadOnly(directory, CONF)
            .withEnv("SPARK_LOG_FORMAT", "json")
            .runToEnd(LIMIT)
            .succeeded();
    assertThat(result.stderr().lines()).isNotEmpty().allMatch(line -> line.startsWith("own "));
  }

  private static SparkContainer job(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("/jobs/scrape_metrics.py", DRIVER, EXECUTORS));
    return new SparkContainer(words.toArray(String[]::new))
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
  }

  private static List<JsonNode> log(List<String> lines) throws JsonProcessingException {
    List<JsonNode> log = new ArrayList<>();
    for (String line : lines) {
      log.add(JSON.readTree(line));
    }
    return log;
  }
}
