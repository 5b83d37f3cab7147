package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.NameServer;
import io.github.ldamasio.rbs.server.S3Server;
import io.github.ldamasio.rbs.server.SilentServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rbs-preflight --s3} and a real store in a closed network. */
class PreflightStoreIT {
  private static final Data DATA = Data.bronze("preflight");

  private static final String S3 = "http://s3:9000";

  private static Scene scene;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(1);
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void whatWorksHoldsAndLeavesNothingBehind() {
    assertThat(PreflightRun.of(scene, s3(scene.url(DATA)), endpoint(S3)).holds().lines("OK"))
        .anyMatch(line -> line.startsWith("s3 delete "));
    assertThat(scene.objects(DATA)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://s3:9001 | s3a://lake/a | s3 connect | connection refused | start the server",
        "https://s3:9000 | s3a://lake/a | s3 tls | TLS failed | http://",
        "http://s3:9000 | s3a://lakes/a | s3 list | bucket 'lakes': missing | create it",
      })
  void whatStopsOnTheWayIsNamed(
      String endpoint, String url, String check, String cause, String remedy) {
    PreflightRun.of(scene, s3(url), endpoint(endpoint)).failsOnlyFor(check, cause, remedy);
  }

  @Test
  @Tag("full")
  void aStoreThatDoesNotAnswerIsNamed() {
    try (SilentServer silent = new SilentServer(scene.network(), "silent-store", 9000)) {
      PreflightRun.of(scene, s3(scene.url(DATA)), endpoint("http://" + silent.address()))
          .failsOnlyFor("s3 connect", "timed out; packets are dropped", "NetworkPolicy");
    }
  }

  /** Whatever the time is, this server takes it for too different from its own. */
  @Test
  @Tag("full")
  void aClockThatIsWrongIsNamed() {
    String settings = "s3proxy.maximum-timeskew=-1000";
    try (S3Server skewed = new S3Server(scene.network(), "skewed", settings)) {
      PreflightRun.of(scene, s3(scene.url(DATA)), endpoint("http://" + skewed.address() + ":9000"))
          .failsOnlyFor("s3 authenticate", "clock skew", "NTP");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AWS_ACCESS_KEY_ID=another-key | access key: the store does not know it",
        "AWS_SECRET_ACCESS_KEY=another-secret | the signature does not match",
        "AWS_SECRET_ACCESS_KEY= | credentials: expected some, found none",
      })
  @Tag("full")
  void aWrongKeyIsNamed(String variable, String cause) {
    PreflightRun.of(scene, variable, s3(scene.url(DATA)), endpoint(S3))
        .failsOnlyFor("s3 authenticate", cause, variable.replaceFirst("=.*", ""));
  }

  @Test
  @Tag("full")
  void aStoreThatNeedsPathStyleIsNamed() {
    PreflightRun.of(
            scene,
            s3(scene.url(DATA)),
            endpoint(S3),
            "--conf=spark.hadoop.fs.s3a.path.style.access=false")
        .failsOnlyFor(
            "s3 resolve",
            "'lake.s3': does not resolve, and 's3' does",
            "fs.s3a.path.style.access=true");
  }

  @Test
  @Tag("full")
  void aNameThatTheNameServerDoesNotKnowIsNamed() {
    try (NameServer server = NameServer.thatKnowsNothing(scene.network())) {
      preflightWith(server)
          .failsOnlyFor(
              "s3 resolve", "'s3': does not resolve; the name server", "correct the name");
    }
  }

  @Test
  @Tag("full")
  void aNameServerThatDoesNotAnswerIsNamed() {
    try (NameServer server = NameServer.thatIsSilent(scene.network())) {
      preflightWith(server)
          .failsOnlyFor("s3 resolve", "no name server answers", "allow DNS egress");
    }
  }

  private static PreflightRun preflightWith(NameServer server) {
    return PreflightRun.of(
        scene
            .job("rbs-preflight", "--no-image", s3(scene.url(DATA)), endpoint(S3))
            .withReadOnly(server.resolvConf(), "/etc/resolv.conf"));
  }

  private static String s3(String url) {
    return "--s3=" + url;
  }

  private static String endpoint(String url) {
    return "--conf=spark.hadoop.fs.s3a.endpoint=" + url;
  }
}
