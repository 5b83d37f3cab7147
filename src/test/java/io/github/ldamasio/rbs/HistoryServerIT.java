package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.EventLogs;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Spark's history server in the image, as {@code docs/history-server.md} starts it: it reads the
 * event logs that a job left in S3, as another user and with only two writable directories.
 */
@Tag("full")
class HistoryServerIT {
  private static final String DIRECTORY = "s3a://lake/spark-events";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** What the server needs to end if the store lacks something: a JVM's start and a few seconds. */
  private static final Duration AT_ONCE = Duration.ofSeconds(30);

  private static Scene scene;

  /** What {@code look_at_history.py} saw. */
  private static JsonNode seen;

  @BeforeAll
  static void runAJobAndLookAtIt() {
    scene = Scene.withRows(20_000);
    EventLogs logs = new EventLogs(scene, DIRECTORY);
    logs.maker().runToEnd().succeeded();
    // A second run leaves the directory as it is.
    logs.maker().runToEnd().succeeded();
    logs.writer(Data.bronze("history")).runToEnd(LIMIT).succeeded();
    seen = logs.look(1);
  }

  @AfterAll
  static void stopServers() {
    scene.close();
  }

  @Test
  void theApplicationIsListedAsEnded() {
    JsonNode applications = seen.path("applications");
    assertThat(applications).hasSize(1);
    assertThat(applications.at("/0/name").asText()).isEqualTo("bronze_ingest");
    JsonNode attempt = applications.at("/0/attempts/0");
    assertThat(attempt.path("completed").asBoolean()).isTrue();
    assertThat(attempt.path("appSparkVersion").asText())
        .isEqualTo(Project.property("base.spark.version"));
  }

  @Test
  void theStageSaysWhichRowsItCopied() {
    assertThat(seen.at("/stages/bronze_ingest"))
        .extracting(stage -> stage.path("description").asText())
        .containsExactly("20000 rows of outbox, " + Scene.DAY);
  }

  @Test
  void thePagesShowJobsAndStages() {
    assertThat(page("jobs")).contains("Completed Jobs (", "job-0");
    assertThat(page("stages")).contains("Completed Stages (", "4/4");
  }

  /** The HTML of the application's page of this name; nothing if it has none. */
  private static String page(String name) {
    String id = seen.at("/applications/0/id").asText();
    return seen.path("pages").path("/history/" + id + "/" + name + "/").asText();
  }

  /** All scripts, styles and images come from the server, and each of them is there. */
  @Test
  void thePagesLoadNothingFromElsewhere() {
    Map<String, Integer> loaded = new TreeMap<>();
    seen.path("loaded")
        .properties()
        .forEach(address -> loaded.put(address.getKey(), address.getValue().asInt()));
    assertThat(loaded)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            (address, status) -> {
              assertThat(address).startsWith(EventLogs.SERVER + "/");
              assertThat(status).as(address).isEqualTo(200);
            });
  }

  @Test
  void theLogsHoldNoSecret() {
    assertThat(seen.path("secrets")).isEmpty();
  }

  @Test
  void aBucketThatIsNotThereEndsItWithTheReason() {
    assertEnds(server("s3a://nobody/spark-events"), "NoSuchBucket", "s3a://nobody/spark-events");
  }

  @Test
  void aDirectoryThatIsNotThereEndsItWithTheReason() {
    assertEnds(
        server("s3a://lake/nothing"), "Log directory specified does not exist: s3a://lake/nothing");
  }

  @Test
  void noCredentialsEndItWithTheReason() {
    SparkContainer server = server(DIRECTORY);
    server.getEnvMap().keySet().removeIf(name -> name.startsWith("AWS_"));
    assertEnds(server, "No AWS Credentials provided by");
  }

  @Test
  void anEndpointThatIsNotThereEndsItWithTheReason() {
    SparkContainer server = server(DIRECTORY);
    String options = server.getEnvMap().get("SPARK_HISTORY_OPTS");
    assertThat(options).contains("s3:9000");
    assertEnds(
        server.withEnv("SPARK_HISTORY_OPTS", options.replace("s3:9000", "s3:9")),
        "Connection refused");
  }

  private static void assertEnds(SparkContainer server, String... reasons) {
    Result result = server.runToEnd(AT_ONCE);
    assertThat(result.output()).contains(reasons);
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private static SparkContainer server(String directory) {
    return new EventLogs(scene, directory).server();
  }
}
