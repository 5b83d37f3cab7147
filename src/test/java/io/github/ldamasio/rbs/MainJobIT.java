package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.Result;
import io.github.ldamasio.rbs.server.Outbox;
import io.github.ldamasio.rbs.server.Outbox.Prefix;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The job that the image exists for: a PostgreSQL table to Parquet on S3A, where nothing can be
 * downloaded.
 */
class MainJobIT {
  private static final int ROWS = 100_000;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static Outbox outbox;

  @BeforeAll
  static void startServers() {
    outbox = Outbox.withRows(ROWS);
  }

  @AfterAll
  static void stopServers() {
    outbox.close();
  }

  @Test
  void theTableHoldsAllItsRows() {
    assertThat(outbox.digests()).contains("\"rows\": " + ROWS);
  }

  @Test
  void sparkSubmitCopiesTheTable() {
    Prefix prefix = new Prefix("spark-submit");
    outbox.job(prefix, "spark-submit", "/jobs/copy_outbox.py").runToEnd(LIMIT).succeeded();
    assertHoldsTheTable(prefix);
  }

  @Test
  void plainPythonCopiesTheTable() {
    Prefix prefix = new Prefix("python3");
    outbox.job(prefix, "python3", "/jobs/copy_outbox.py").runToEnd(LIMIT).succeeded();
    assertHoldsTheTable(prefix);
  }

  @Test
  void anArbitraryUserOnReadOnlyRootWithoutCapabilitiesCopiesTheTable() {
    Prefix prefix = new Prefix("hardened");
    outbox
        .job(prefix, "spark-submit", "/jobs/copy_outbox.py")
        .hardened()
        .withUser("1000690000:0")
        .runToEnd(LIMIT)
        .succeeded();
    assertHoldsTheTable(prefix);
  }

  @Test
  void executorsInOtherContainersCopyTheTable() {
    Prefix prefix = new Prefix("standalone");
    try (StandaloneCluster cluster =
        new StandaloneCluster(outbox.network(), "worker1", "worker2")) {
      Result result =
          outbox
              .job(
                  prefix,
                  "spark-submit",
                  "--master=" + cluster.url(),
                  // wait for both workers, so that each gets its part of the four partitions
                  "--conf=spark.cores.max=" + 2 * StandaloneCluster.WORKER_CORES,
                  "--conf=spark.scheduler.minRegisteredResourcesRatio=1.0",
                  "--executor-memory=1g",
                  "/jobs/copy_outbox.py")
              .runToEnd(LIMIT)
              .succeeded();
      assertThat(result.stdout()).contains("ran on worker1 worker2");
    }
    assertHoldsTheTable(prefix);
  }

  private static void assertHoldsTheTable(Prefix prefix) {
    assertThat(outbox.readWithSpark(prefix)).as("read with Spark").isEqualTo(outbox.digests());
    assertThat(outbox.readWithPyarrow(prefix)).as("read with pyarrow").isEqualTo(outbox.digests());
  }
}
