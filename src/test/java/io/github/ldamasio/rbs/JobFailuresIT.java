package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.scene.Scene.Layer;
import io.github.ldamasio.rbs.server.SilentServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * What ends a job costs less than a minute, and less than a quarter of one if preflight is asked;
 * the job's last two lines are the cause and the remedy.
 */
class JobFailuresIT {
  private static final Duration JOB_LIMIT = Duration.ofSeconds(60);
  private static final Duration PREFLIGHT_LIMIT = Duration.ofSeconds(15);
  private static final Data BRONZE = Data.bronze("failing");
  private static final String DATABASE = "jdbc:postgresql://postgres:5432/postgres";

  private static Scene scene;
  private static SilentServer silentStore;
  private static SilentServer silentDatabase;

  @BeforeAll
  static void startServers() {
    scene = Scene.withRows(10);
    silentStore = new SilentServer(scene.network(), "silent-store", 9000);
    silentDatabase = new SilentServer(scene.network(), "silent-database", 5432);
  }

  @AfterAll
  static void stopServers() {
    silentDatabase.close();
    silentStore.close();
    scene.close();
  }

  /** One variable that is wrong, and what is said about it. */
  record Fault(
      String name, String variable, String value, String check, String cause, String remedy) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> storeFaults() {
    return Stream.of(
        new Fault(
            "S3 down",
            "S3_ENDPOINT",
            "http://s3:9001",
            "s3 connect",
            "'s3:9001': connection refused",
            "start the server"),
        new Fault(
            "S3 denied",
            "S3_ENDPOINT",
            "http://silent-store:9000",
            "s3 connect",
            "'silent-store:9000': no answer, the connection timed out; packets are dropped",
            "NetworkPolicy"),
        new Fault(
            "wrong S3 secret",
            "AWS_SECRET_ACCESS_KEY",
            "another-secret",
            "s3 authenticate",
            "secret key: the signature does not match",
            "AWS_SECRET_ACCESS_KEY"));
  }

  static Stream<Fault> bronzeFaults() {
    return Stream.concat(
        storeFaults(),
        Stream.of(
            new Fault(
                "bucket missing",
                "BRONZE_PATH",
                "s3a://lakes/bronze",
                "s3 list",
                "bucket 'lakes': missing",
                "create it"),
            new Fault(
                "PostgreSQL down",
                "JDBC_URL",
                "jdbc:postgresql://postgres:5433/postgres",
                "jdbc connect",
                "'postgres:5433': connection refused",
                "start the server"),
            new Fault(
                "PostgreSQL denied",
                "JDBC_URL",
                "jdbc:postgresql://silent-database:5432/postgres",
                "jdbc connect",
                "'silent-database:5432': no answer, the connection timed out; packets are dropped",
                "NetworkPolicy"),
            new Fault(
                "wrong password",
                "PGPASSWORD",
                "another-password",
                "jdbc authenticate",
                "password of user 'robson': the server does not accept it",
                "PGPASSWORD"),
            new Fault(
                "missing table",
                "SOURCE_TABLE",
                "outbux",
                "jdbc table",
                "table 'outbux': missing; the nearest name is 'outbox'",
                "correct the name")));
  }

  static Stream<Fault> silverFaults() {
    return Stream.concat(
        storeFaults(),
        Stream.of(
            new Fault(
                "bucket missing",
                "SILVER_PATH",
                "s3a://lakes/silver",
                "s3 list",
                "bucket 'lakes': missing",
                "create it")));
  }

  @ParameterizedTest
  @MethodSource("bronzeFaults")
  void preflightNamesIt(Fault fault) {
    Map<String, String> settings = settings(fault);
    PreflightRun run =
        within(
            PREFLIGHT_LIMIT,
            () ->
                PreflightRun.of(
                    scene
                        .job(
                            BRONZE,
                            "rbs-preflight",
                            "--role=driver",
                            "--jdbc=" + settings.get("JDBC_URL"),
                            "--table=" + settings.get("SOURCE_TABLE"),
                            "--s3=" + settings.get("BRONZE_PATH"),
                            "--conf=spark.hadoop.fs.s3a.endpoint=" + settings.get("S3_ENDPOINT"))
                        .withEnv(settings)));
    run.failsOnlyFor(fault.check(), fault.cause(), fault.remedy());
  }

  @ParameterizedTest
  @MethodSource("bronzeFaults")
  void bronzeNamesIt(Fault fault) {
    assertEndsWith(fault, BRONZE);
  }

  @ParameterizedTest
  @MethodSource("silverFaults")
  void silverNamesIt(Fault fault) {
    assertEndsWith(fault, BRONZE.in(Layer.silver));
  }

  private static void assertEndsWith(Fault fault, Data data) {
    Result result =
        within(
            JOB_LIMIT,
            () ->
                scene
                    .writer(data)
                    .withEnv(fault.variable(), fault.value())
                    .runToEnd(JOB_LIMIT.plusSeconds(30)));
    assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
    // spark-submit hands both streams of its Python to its own standard output
    assertThat(result.stderr()).isEmpty();
    List<String> lines = result.stdout().lines().toList();
    assertThat(lines.subList(lines.size() - 2, lines.size()))
        .satisfiesExactly(
            cause -> assertThat(cause).contains("FAILED: " + fault.check() + ": " + fault.cause()),
            remedy -> assertThat(remedy).contains("remedy: ").contains(fault.remedy()));
    assertThat(result.output()).doesNotContain("another-password", "another-secret", "\tat ");
  }

  @Test
  void aDatabaseThatEndsDuringTheWorkIsNamedAndNothingCounts() {
    scene.execute(
        "create view slow_outbox as select * from outbox where pg_sleep(0.5) is not null");
    Data data = Data.bronze("interrupted");
    try (SparkContainer job =
        scene
            .writer(data)
            .withEnv("SOURCE_TABLE", "slow_outbox")
            .waitingFor(Wait.forLogMessage(".*slow_outbox has 10 events.*", 1))) {
      job.start();
      Result result =
          within(
              JOB_LIMIT,
              () -> {
                scene.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'bronze_ingest'");
                return job.awaitEnd(JOB_LIMIT);
              });
      assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
      List<String> lines = result.stdout().lines().toList();
      assertThat(lines.get(lines.size() - 2))
          .contains("FAILED: ", "PSQLException")
          .containsPattern("terminating connection|snapshot|I/O error|connection has been closed");
      assertThat(lines.get(lines.size() - 1)).contains("remedy: ");
    }
    assertThat(scene.objects(data)).noneMatch(key -> key.endsWith("_COMMITTED"));
  }

  @Test
  void allThatIsWrongWithTheSettingsIsSaidAtOnce() {
    Result result =
        within(
            Duration.ofSeconds(10),
            () ->
                scene
                    .job(BRONZE, "python3", BRONZE.layer().job())
                    .withEnv(
                        Map.of(
                            "JDBC_URL", "postgresql://postgres/postgres",
                            "PGPASSWORD", "",
                            "SOURCE_TABLE", "outbox; drop table outbox",
                            "S3_ENDPOINT", "s3:9000",
                            "AWS_SECRET_ACCESS_KEY", "a secret with a line feed\n",
                            "BRONZE_PATH", "s3://lake/bronze",
                            "BUSINESS_DATE", "$(date +%F)",
                            "JDBC_PARTITIONS", "0"))
                    .runToEnd());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.stderr())
        .contains(
            "JDBC_URL 'postgresql://postgres/postgres': expected jdbc:postgresql://HOST:PORT/DATABASE",
            "PGPASSWORD: expected that user's password, found nothing",
            "SOURCE_TABLE 'outbox; drop table outbox': expected TABLE or SCHEMA.TABLE",
            "S3_ENDPOINT 's3:9000': expected http(s)://HOST[:PORT]",
            "AWS_SECRET_ACCESS_KEY: expected the store's secret key, found a line break",
            "BRONZE_PATH 's3://lake/bronze': expected s3a://BUCKET/PREFIX",
            "BUSINESS_DATE '$(date +%F)': expected a date of UTC as YYYY-MM-DD",
            "Kubernetes runs no $(command) in a value",
            "JDBC_PARTITIONS '0': expected a whole number from 1 to 64",
            "bronze_ingest: FAILED: 8 settings")
        .doesNotContain("a secret with", "Traceback");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "preferQueryMode=simple",
        "ssl=false&PREFERQUERYMODE=Simple",
        "preferQueryMode=s%69mple",
        "prefer%51ueryMode=%73%69%6d%70%6c%65",
        "preferQueryMode=extended&preferQueryMode=simple",
        "service=elsewhere",
      })
  void aUrlThatLetsDataBecomeSqlIsRefused(String parameters) {
    assertRefused(DATABASE + "?" + parameters);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DATABASE + "?user=robson&password=of%20robson",
        DATABASE + "?PASSWORD=of%20robson",
        "jdbc:postgresql://robson:of%20robson@postgres:5432/postgres",
      })
  void aUrlWithASecretIsRefusedAndNotPrinted(String url) {
    assertThat(assertRefused(url).output()).doesNotContain("of%20robson", "of robson");
  }

  private static Result assertRefused(String url) {
    Result result =
        scene.job(BRONZE, "python3", BRONZE.layer().job()).withEnv("JDBC_URL", url).runToEnd();
    assertThat(result.exitCode()).as(result.output()).isEqualTo(2);
    assertThat(result.stderr()).contains("JDBC_URL: expected ").doesNotContain("Traceback");
    return result;
  }

  private static Map<String, String> settings(Fault fault) {
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "JDBC_URL", DATABASE,
                "SOURCE_TABLE", "outbox",
                "BRONZE_PATH", "s3a://lake/failing/bronze",
                "S3_ENDPOINT", "http://s3:9000"));
    settings.put(fault.variable(), fault.value());
    return settings;
  }

  private static <T> T within(Duration limit, Supplier<T> work) {
    Instant start = Instant.now();
    T result = work.get();
    assertThat(Duration.between(start, Instant.now())).isLessThan(limit);
    return result;
  }
}
