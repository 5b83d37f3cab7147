package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The job that the image exists for: a PostgreSQL table to Parquet on S3A, where nothing can be
 * downloaded; in each of the ways in which it may be run. Silver follows it.
 */
class MainJobIT {
  private static final int ROWS = 20_000;
  private static final String ARBITRARY_USER = "1000690000:0";
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Data BRONZE = Data.bronze("main");

  /** A line of Spark's log for a task of the first stage, which reads the table. */
  private static final Pattern READING =
      Pattern.compile("Finished task .* in stage 0\\.0 .* on (\\S+) \\(executor [0-9]+\\)");

  private static Scene scene;

  @BeforeAll
  static void copyTheTable() {
    scene = Scene.withRows(ROWS);
    scene.writer(BRONZE).runToEnd(LIMIT).succeeded();
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void sparkSubmitCopiesTheTable() {
    assertThat(scene.expected(BRONZE)).contains("\"rows\": " + ROWS + ",");
    assertThat(scene.readWithSpark(BRONZE)).as("with Spark").isEqualTo(scene.expected(BRONZE));
    assertHolds(BRONZE);
  }

  @Test
  void plainPythonAsAnArbitraryUserOnReadOnlyRootWithoutCapabilitiesCopiesTheTable() {
    Data data = Data.bronze("python3");
    scene
        .job(data, "python3", data.layer().job())
        .hardened()
        .withUser(ARBITRARY_USER)
        .runToEnd(LIMIT)
        .succeeded();
    assertHolds(data);
  }

  @Test
  void sparkSubmitAsSuchAUserWritesTheLatestStates() {
    Data silver = BRONZE.in(Layer.silver);
    scene.writer(silver).hardened().withUser(ARBITRARY_USER).runToEnd(LIMIT).succeeded();
    assertHolds(silver);
  }

  @Test
  @Tag("full")
  void executorsInOtherContainersCopyTheTable() {
    Data data = Data.bronze("standalone");
    try (StandaloneCluster cluster = new StandaloneCluster(scene.network(), "worker1", "worker2")) {
      Result result =
          scene
              .job(
                  data,
                  "spark-submit",
                  "--master=" + cluster.url(),
                  // wait for both workers, so that each gets its part of the four partitions
                  "--conf=spark.cores.max=" + 2 * StandaloneCluster.WORKER_CORES,
                  "--conf=spark.scheduler.minRegisteredResourcesRatio=1.0",
                  "--executor-memory=1g",
                  data.layer().job())
              .withEnv("LOG_LEVEL", "INFO")
              .runToEnd(LIMIT)
              .succeeded();
      assertThat(READING.matcher(result.stderr()).results().map(task -> task.group(1)).distinct())
          .as("hosts that read")
          .hasSize(2);
    }
    assertHolds(data);
  }

  private static void assertHolds(Data data) {
    assertThat(scene.readWithPyarrow(data)).as(data.toString()).isEqualTo(scene.expected(data));
  }
}
