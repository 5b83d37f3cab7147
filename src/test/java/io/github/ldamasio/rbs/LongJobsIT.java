package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The jobs on a million events and on executors elsewhere, and killed. */
@Tag("full")
class LongJobsIT {
  private static final int ROWS = 5000;
  private static final int MILLION = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** A line of Spark's log for a task of the first stage, which reads the table. */
  private static final Pattern READING =
      Pattern.compile("Finished task .* in stage 0\\.0 .* on (\\S+) \\(executor [0-9]+\\)");

  @AutoClose private static Scene scene;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(ROWS);
  }

  @Test
  void executorsInOtherContainersCopyTheTable() {
    Data data = Data.bronze("standalone");
    try (StandaloneCluster cluster = new StandaloneCluster(scene.network(), "worker1", "worker2")) {
      Result result =
          scene
              .job(data, cluster.submit("1g", data.layer().job()))
              .withEnv("LOG_LEVEL", "INFO")
              .runToEnd(LIMIT)
              .succeeded();
      assertThat(READING.matcher(result.stderr()).results().map(task -> task.group(1)).distinct())
          .as("hosts that read")
          .hasSize(2);
    }
    assertHolds(data);
    assertThat(scene.readWithSpark(data)).as("read with Spark").isEqualTo(scene.expected(data));
  }

  @Test
  void aMillionEventsAreWhatPostgresSays() {
    Data bronze = Data.bronze("million");
    try (Scene large = Scene.withRows(MILLION)) {
      assertThat(large.expected(bronze)).contains("\"rows\": " + MILLION + ",");
      for (Data data : List.of(bronze, bronze.in(Layer.silver))) {
        large.writer(data).runToEnd(LIMIT).succeeded();
        assertThat(large.readWithPyarrow(data)).as(data.toString()).isEqualTo(large.expected(data));
      }
    }
  }

  /** One of the four partitions is slow, so that the run is killed when it is half done. */
  @Test
  void aKilledRunLeavesThePreviousDataAndTheNextLosesAndDoublesNothing() {
    Data data = Data.bronze("killed");
    scene.execute("create view first_events as select * from outbox where id <= 1000");
    scene.execute(
        "create view slow_outbox as select * from outbox"
            + " where id < 4930 or pg_sleep(0.1) is not null");
    scene.writer(data).withEnv("SOURCE_TABLE", "first_events").runToEnd(LIMIT).succeeded();
    String previous = scene.readWithPyarrow(data);
    assertThat(previous).contains("\"rows\": 1000,");
    List<String> before = scene.objects(data);

    try (SparkContainer killed = scene.writer(data).withEnv("SOURCE_TABLE", "slow_outbox")) {
      killed.start();
      assertTimeoutPreemptively(
          LIMIT,
          () -> {
            while (scene.objects(data).stream().noneMatch(LongJobsIT::isHalfDone)) {
              assertThat(killed.isRunning()).as(killed.getLogs()).isTrue();
            }
          });
      Image.engine().killContainerCmd(killed.getContainerId()).exec();
      assertThat(killed.awaitEnd(LIMIT).exitCode()).isEqualTo(128 + 9);
    }
    assertThat(scene.objects(data)).containsAll(before).anyMatch(LongJobsIT::isHalfDone);
    assertThat(scene.readWithPyarrow(data)).as("after the kill").isEqualTo(previous);

    scene.writer(data).runToEnd(LIMIT).succeeded();
    assertHolds(data);
    assertThat(scene.objects(data))
        .as("one run is left")
        .allMatch(key -> key.contains("/run=000003/"));
  }

  /** Data of the second run, which is not committed. */
  private static boolean isHalfDone(String key) {
    return key.contains("/run=000002/") && key.endsWith(".parquet");
  }

  private static void assertHolds(Data data) {
    assertThat(scene.readWithPyarrow(data)).as(data.toString()).isEqualTo(scene.expected(data));
  }
}
