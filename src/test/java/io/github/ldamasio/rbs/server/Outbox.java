package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.Result;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.testcontainers.containers.Network;

/**
 * The scene of the main job: a closed network with a PostgreSQL server whose table {@code outbox}
 * is filled, and an S3 server with one empty bucket.
 */
public final class Outbox implements AutoCloseable {
  private static final String BUCKET = "lake";

  private final int rows;
  private final Network network;
  private final PostgresServer postgres;
  private final S3Server s3;
  private final String digests;

  private Outbox(int rows, Network network, PostgresServer postgres, S3Server s3) {
    this.rows = rows;
    this.network = network;
    this.postgres = postgres;
    this.s3 = s3;
    this.digests = report(job("python3", "/jobs/fill_postgres.py").runToEnd());
    job("python3", "/jobs/create_bucket.py").runToEnd().succeeded();
  }

  /** Starts the servers and fills the table with this many rows. */
  public static Outbox withRows(int rows) {
    Network network = SparkContainer.internalNetwork();
    PostgresServer postgres = null;
    S3Server s3 = null;
    try {
      postgres = new PostgresServer(network);
      s3 = new S3Server(network);
      return new Outbox(rows, network, postgres, s3);
    } catch (RuntimeException e) {
      closeAll(s3, postgres, network);
      throw e;
    }
  }

  /** Row count and one digest per column, as PostgreSQL's own client read them. */
  public String digests() {
    return digests;
  }

  /** The closed network. */
  public Network network() {
    return network;
  }

  /**
   * A container that can run the tests' jobs, which lie in {@code /jobs}: it knows where the
   * servers are.
   */
  public SparkContainer job(String... command) {
    return new SparkContainer(command)
        .withNetwork(network)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
        .withEnv(environment());
  }

  /** Where the servers are and what is in them, for a container that shall know it. */
  public Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(S3Server.environment());
    all.putAll(PostgresServer.environment());
    all.put("ROWS", String.valueOf(rows));
    all.put("BUCKET", BUCKET);
    return all;
  }

  /** A container that reads or writes the Parquet data under this prefix of the bucket. */
  public SparkContainer job(Prefix prefix, String... command) {
    return job(command).withEnv("OUTPUT", "s3a://" + BUCKET + "/" + prefix.name());
  }

  /**
   * Row count and digests of the data under a prefix, as a fresh container reads them with Spark.
   */
  public String readWithSpark(Prefix prefix) {
    return report(
        job(prefix, "spark-submit", "/jobs/read_with_spark.py").runToEnd(Duration.ofMinutes(2)));
  }

  /**
   * Row count and digests of the data under a prefix, as a fresh container reads them with pyarrow
   * and boto3.
   */
  public String readWithPyarrow(Prefix prefix) {
    return report(job(prefix, "python3", "/jobs/read_with_pyarrow.py").runToEnd());
  }

  /** The one line of JSON that a job prints; spark-submit prints a line of its own before it. */
  private static String report(Result result) {
    return result
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> line.startsWith("{"))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    closeAll(s3, postgres, network);
  }

  private static void closeAll(AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException("Cleaning up after a test failed: " + e.getMessage(), e);
      }
    }
  }

  /** A directory of the bucket: one per run of a job. */
  public record Prefix(String name) {}
}
