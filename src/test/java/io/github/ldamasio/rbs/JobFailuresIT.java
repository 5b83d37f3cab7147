package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What ends a job: wrong settings with 2 and all of them named, anything else with 1, and with the
 * cause and the remedy as the last two lines. What preflight can tell is {@link PreflightStoreIT}'s
 * and {@link PreflightDatabaseIT}'s; here is what the jobs make of it.
 */
@Tag("stores")
class JobFailuresIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Data BRONZE = Data.bronze("failing");
  private static final String WRONG_KEY = "silver with a wrong key";

  @AutoClose private static Scene scene;

  /** How the runs ended that are made in one process. */
  private static Map<String, Result> ended;

  @BeforeAll
  static void runTheJobsWithFaults() {
    scene = Scene.withRows(10);
    List<JobRun> runs = new ArrayList<>();
    for (String url : unsafeUrls()) {
      runs.add(JobRun.of(url, BRONZE).with("JDBC_URL", "jdbc:postgresql://" + url));
    }
    for (String url : urlsThatOnlyTheDriverKnows()) {
      runs.add(JobRun.of(url, BRONZE).with("JDBC_URL", "jdbc:postgresql://" + url));
    }
    for (String url : urlsWithASecret()) {
      runs.add(JobRun.of(url, BRONZE).with("JDBC_URL", "jdbc:postgresql://" + url));
    }
    runs.add(
        JobRun.of(WRONG_KEY, BRONZE.in(Layer.silver))
            .with("AWS_SECRET_ACCESS_KEY", "another-secret"));
    ended = JobRun.all(scene, runs);
  }

  @Test
  void bronzeNamesAWrongPassword() {
    Result result = scene.writer(BRONZE).withEnv("PGPASSWORD", "another-password").runToEnd(LIMIT);
    // spark-submit hands both streams of its Python to its own standard output
    assertThat(result.stderr().lines())
        .allMatch(line -> line.startsWith("Picked up JAVA_TOOL_OPTIONS: "));
    assertEndsWith(
        result,
        result.stdout(),
        "jdbc authenticate: password of user 'robson': the server does not accept it",
        "PGPASSWORD");
  }

  @Test
  void silverNamesAWrongKey() {
    Result result = ended.get(WRONG_KEY);
    assertEndsWith(
        result,
        result.stderr(),
        "s3 authenticate: secret key: the signature does not match",
        "AWS_SECRET_ACCESS_KEY");
  }

  private static void assertEndsWith(Result result, String stream, String cause, String remedy) {
    assertFailed(result, stream, "FAILED: " + cause, remedy);
    assertThat(result.output()).doesNotContain("another-password", "another-secret", "\tat ");
  }

  @Test
  void allThatIsWrongWithTheSettingsIsSaidAtOnce() {
    Result result =
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
                    "COLUMNS", "id,,price",
                    "DECIMALS", "price numeric(39,2)",
                    "JDBC_PARTITIONS", "0"))
            .runToEnd();
    assertThat(result.exitCode()).as(result.output()).isEqualTo(2);
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
            "COLUMNS 'id,,price': expected columns' names with commas, or nothing",
            "DECIMALS 'price': expected 38 digits at most",
            "bronze_ingest: FAILED: 10 settings")
        .doesNotContain("a secret with", "Traceback");
  }

  /** And a driver that finds the catalog's variables says so on one line, and goes on. */
  @Test
  @EnabledIfSystemProperty(named = "image.phase", matches = "phase0")
  void aPhaseWithoutIcebergNamesThoseWithIt() {
    Result job =
        scene
            .job(BRONZE, "python3", BRONZE.layer().job())
            .withEnv("BRONZE_TABLE", "lake.bronze.outbox")
            .runToEnd();
    assertThat(job.exitCode()).isEqualTo(2);
    String expected = "expected an image with Iceberg, found one without; ";
    assertThat(job.stderr()).contains("BRONZE_TABLE 'lake.bronze.outbox': " + expected);
    Result driver =
        scene.job("spark-sql", "-e", "select 1").withEnv("LAKE_USER", "lake").runToEnd(LIMIT);
    assertThat(driver.succeeded().stdout()).isEqualTo("1\n");
    assertThat(driver.stderr()).containsOnlyOnce(expected);
  }

  static List<String> unsafeUrls() {
    return List.of(
        "postgres:5432/postgres?preferQueryMode=simple",
        "postgres:5432/postgres?ssl=false&PREFERQUERYMODE=Simple",
        "postgres:5432/postgres?preferQueryMode=s%69mple",
        "postgres:5432/postgres?prefer%51ueryMode=%73%69%6d%70%6c%65",
        "postgres:5432/postgres?preferQueryMode=extended&preferQueryMode=simple",
        "postgres:5432/postgres?service=elsewhere");
  }

  @ParameterizedTest
  @MethodSource("unsafeUrls")
  void aUrlThatLetsDataBecomeSqlIsRefused(String url) {
    assertRefused(url);
  }

  static List<String> urlsWithASecret() {
    return List.of(
        "postgres:5432/postgres?user=robson&password=of%20robson",
        "postgres:5432/postgres?PASSWORD=of%20robson", "robson:of%20robson@postgres:5432/postgres");
  }

  @ParameterizedTest
  @MethodSource("urlsWithASecret")
  void aUrlWithASecretIsRefusedAndNotPrinted(String url) {
    assertRefused(url);
    assertThat(ended.get(url).output()).doesNotContain("of%20robson", "of robson");
  }

  static List<String> urlsThatOnlyTheDriverKnows() {
    return List.of(
        "postgres:5432/postgres?socketFactory=com.example.Factory",
        "postgres:5432/postgres?sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
        "postgres:5432/postgres?targetServerType=preferPrimary",
        "postgres:5432/postgres?socketTimeout=1.5");
  }

  @ParameterizedTest
  @MethodSource("urlsThatOnlyTheDriverKnows")
  void aUrlWithAParameterThatLibpqLacksIsRefusedByItsName(String url) {
    Result result = ended.get(url);
    assertThat(result.exitCode()).as(result.output()).isEqualTo(2);
    assertThat(result.stderr())
        .contains("JDBC_URL " + url.replaceAll(".*\\?(.*)=.*", "$1"), ": expected ");
  }

  private static void assertRefused(String url) {
    Result result = ended.get(url);
    assertThat(result.exitCode()).as(result.output()).isEqualTo(2);
    assertThat(result.stderr()).contains("JDBC_URL: expected ").doesNotContain("Traceback");
  }
}
