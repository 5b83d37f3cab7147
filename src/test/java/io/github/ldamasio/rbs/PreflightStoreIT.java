package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.NameServer;
import io.github.ldamasio.rbs.server.S3Server;
import io.github.ldamasio.rbs.server.SilentServer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code rbs-preflight --s3} and a real store in a closed network. */
class PreflightStoreIT {
  private static final String LAKE = "s3a://lake/outbox";

  private static Scene scene;
  private static SilentServer silent;
  private static S3Server skewed;

  @BeforeAll
  static void startServers() {
    scene = Scene.withRows(1);
    silent = new SilentServer(scene.network(), "silent", 9000);
    // Whatever the time is, this server takes it for too different from its own.
    skewed = new S3Server(scene.network(), "skewed", "s3proxy.maximum-timeskew=-1000");
  }

  @AfterAll
  static void stopServers() {
    skewed.close();
    silent.close();
    scene.close();
  }

  @Test
  void whatWorksHoldsAndLeavesNothingBehind() {
    assertThat(PreflightRun.of(preflight("http://s3:9000", LAKE)).holds().lines("OK"))
        .anyMatch(line -> line.startsWith("s3 delete "));
    String code =
        "import boto3, os; print(boto3.client('s3', endpoint_url=os.environ['S3_ENDPOINT'],"
            + " region_name='us-east-1').list_objects_v2(Bucket='lake')['KeyCount'])";
    assertThat(scene.job("python3", "-c", code).runToEnd().succeeded().stdout()).isEqualTo("0\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://silent:9000 | s3 connect | timed out; packets are dropped | NetworkPolicy",
        "http://s3:9001 | s3 connect | connection refused | start the server",
        "https://s3:9000 | s3 tls | TLS failed | http://",
        "http://skewed:9000 | s3 authenticate | clock skew | NTP",
      })
  void whatStopsOnTheWayIsNamed(String endpoint, String check, String cause, String remedy) {
    PreflightRun.of(preflight(endpoint, LAKE)).failsOnlyFor(check, cause, remedy);
  }

  @Test
  void aNameThatTheNameServerDoesNotKnowIsNamed() {
    try (NameServer server = NameServer.thatKnowsNothing(scene.network())) {
      PreflightRun.of(preflight(server.resolvConf()))
          .failsOnlyFor(
              "s3 resolve", "'s3': does not resolve; the name server", "correct the name");
    }
  }

  @Test
  void aNameServerThatDoesNotAnswerIsNamed() {
    try (NameServer server = NameServer.thatIsSilent(scene.network())) {
      PreflightRun.of(preflight(server.resolvConf()))
          .failsOnlyFor("s3 resolve", "no name server answers", "allow DNS egress");
    }
  }

  @Test
  void aMissingBucketIsNamed() {
    PreflightRun.of(preflight("http://s3:9000", "s3a://lakes/outbox"))
        .failsOnlyFor("s3 list", "bucket 'lakes': missing", "create it");
  }

  @Test
  void aStoreThatNeedsPathStyleIsNamed() {
    PreflightRun.of(
            preflight("http://s3:9000", LAKE, "--conf=spark.hadoop.fs.s3a.path.style.access=false"))
        .failsOnlyFor(
            "s3 resolve",
            "'lake.s3': does not resolve, and 's3' does",
            "fs.s3a.path.style.access=true");
  }

  static List<WrongKey> wrongKeys() {
    return List.of(
        new WrongKey("AWS_ACCESS_KEY_ID", "another-key", "access key: the store does not know it"),
        new WrongKey("AWS_SECRET_ACCESS_KEY", "another-secret", "the signature does not match"),
        new WrongKey("AWS_SECRET_ACCESS_KEY", "", "credentials: expected some, found none"));
  }

  @ParameterizedTest
  @MethodSource("wrongKeys")
  void aWrongKeyIsNamed(WrongKey key) {
    SparkContainer container =
        preflight("http://s3:9000", LAKE).withEnv(key.variable(), key.value());
    PreflightRun.of(container).failsOnlyFor("s3 authenticate", key.cause(), key.variable());
  }

  /** A variable that does not hold what the store expects, and what is said about it. */
  record WrongKey(String variable, String value, String cause) {}

  private static SparkContainer preflight(Path resolvConf) {
    return preflight("http://s3:9000", LAKE).withReadOnly(resolvConf, "/etc/resolv.conf");
  }

  private static SparkContainer preflight(String endpoint, String url, String... arguments) {
    return scene.job(
        Stream.concat(
                Stream.of(
                    "rbs-preflight",
                    "--s3=" + url,
                    "--conf=spark.hadoop.fs.s3a.endpoint=" + endpoint),
                Stream.of(arguments))
            .toArray(String[]::new));
  }
}
