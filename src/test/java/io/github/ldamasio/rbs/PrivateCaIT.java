package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.server.ExecutorPod;
import io.github.ldamasio.rbs.server.PostgresServer;
import io.github.ldamasio.rbs.server.PrivateCa;
import io.github.ldamasio.rbs.server.S3Server;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A store and a database whose certificates a private CA has signed. Each container has an
 * arbitrary uid and a read-only root, as in a restricted pod.
 */
@Tag("full")
class PrivateCaIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String ENDPOINT = "https://s3:" + S3Server.SECURE_PORT;
  private static final String JOB = "/jobs/private_ca.py";
  private static final String CA = "/etc/rbs-spark/ca";

  private static final String URL = "jdbc:postgresql://postgres:5432/postgres?sslmode=verify-full";

  private static final String[] PREFLIGHT = {
    "rbs-preflight",
    "--no-image",
    "--s3=s3a://lake/a",
    "--conf=spark.hadoop.fs.s3a.endpoint=" + ENDPOINT,
    "--jdbc=" + URL
  };

  private static PrivateCa ca;
  private static Network network;
  private static PostgresServer postgres;
  private static S3Server s3;

  @BeforeAll
  static void start() throws Exception {
    ca = new PrivateCa("s3", "postgres");
    network = SparkContainer.internalNetwork();
    postgres = new PostgresServer(network, ca);
    s3 = new S3Server(network, "s3", ca);
  }

  @AfterAll
  static void stop() {
    s3.close();
    postgres.close();
    network.close();
    ca.close();
  }

  /**
   * As kubectl exec starts it; preflight then says the same of the bucket that the job made, and
   * bronze copies a table to it.
   */
  @Test
  void whatIsMountedIsTrustedByAllLibrariesOfAProgramStartedByExec() throws Exception {
    try (SparkContainer container = job("sleep", "infinity").withReadOnly(ca.configMap(), CA)) {
      container.start();
      ExecResult job = container.execInContainer("python3", JOB);
      trustsAll(new Result(job.getExitCode(), job.getStdout(), job.getStderr()));
      new PreflightRun(container.execute(PREFLIGHT)).holds();
      String[] bronze = {
        "env",
        "JDBC_URL=" + URL,
        "SOURCE_TABLE=pg_catalog.pg_class",
        "COLUMNS=relname",
        "BRONZE_PATH=s3a://lake/bronze",
        "spark-submit",
        Layer.bronze.job()
      };
      assertThat(container.execute(LIMIT, bronze).succeeded().stdout()).contains(" tasks by ctid");
    }
  }

  @Test
  void whatIsMountedIsTrustedByADriverAndAnExecutor() {
    try (StandaloneCluster cluster = new StandaloneCluster(network);
        SparkContainer driver =
            job("spark-submit", "--master=" + cluster.url(), ExecutorPod.DRIVER_PORT, JOB)
                .withReadOnly(ca.configMap(), CA)
                .withHostName("driver")
                .waitingFor(
                    Wait.forSuccessfulCommand("grep -q :1BA6 /proc/net/tcp /proc/net/tcp6"));
        SparkContainer executor =
            ExecutorPod.container(network, "1", List.of())
                .hardened()
                .withUser("1000690000:0")
                .withEnv(environment())
                .withReadOnly(ca.configMap(), CA)) {
      driver.start();
      executor.start();
      trustsAll(driver.awaitEnd(LIMIT));
    }
  }

  private static void trustsAll(Result job) {
    assertThat(job.succeeded().stdout().lines())
        .contains("boto3 4", "pyarrow text", "psycopg2 True", "s3a 3", "jdbc True");
  }

  @Test
  void withoutTheMountPreflightNamesIt() {
    PreflightRun run = PreflightRun.of(job(PREFLIGHT));
    run.failsFor("s3 tls", "certificate is not trusted", CA);
    run.failsFor(
        "jdbc authenticate", "sslmode 'verify-full': expected a root certificate", "sslrootcert");
    assertThat(run.lines("FAIL")).hasSize(2);
  }

  /** The trust store that a job's own options name is the one that counts, for preflight too. */
  @Test
  void aTrustStoreOfTheJobsOptionsIsTrusted() {
    String script =
        "keytool -importcert -noprompt -file /ca/ca.crt -keystore /tmp/store.p12 -storepass changeit"
            + " 2>/dev/null; \"$@\" --conf spark.driver.extraJavaOptions=\"-Da='b c'"
            + " -Djavax.net.ssl.trustStore=/tmp/store.p12 -Djavax.net.ssl.trustStorePassword=changeit\"";
    SparkContainer container =
        job("bash", "-c", script, "bash", "rbs-preflight", PREFLIGHT[1], PREFLIGHT[2], PREFLIGHT[3])
            .withReadOnly(ca.configMap(), "/ca");
    assertThat(PreflightRun.of(container).lines("OK")).anyMatch(line -> line.startsWith("s3 tls"));
  }

  @Test
  void aFileThatHoldsNoCertificateEndsTheContainer() {
    Result result =
        job("python3", "-c", "1")
            .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), CA)
            .runToEnd();
    assertThat(result.stderr()).contains("'" + CA + "': expected certificates as *.crt or *.pem");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  private static SparkContainer job(String... command) {
    return new SparkContainer(command)
        .hardened()
        .withUser("1000690000:0")
        .withNetwork(network)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
        .withEnv(environment());
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(S3Server.environment());
    environment.putAll(PostgresServer.environment());
    environment.put("S3_ENDPOINT", ENDPOINT);
    return environment;
  }
}
