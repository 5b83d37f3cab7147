package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.NameServer;
import io.github.ldamasio.rbs.server.S3Server;
import io.github.ldamasio.rbs.server.SilentServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rbs-preflight --s3} and a real store in a closed network. */
class PreflightStoreIT {
  private static final Data DATA = Data.bronze("preflight");

  private static Scene scene;
  private static SilentServer silent;
  private static S3Server skewed;

  @BeforeAll
  static void startServers() {
    scene = Scene.withRows(1);
    silent = new SilentServer(scene.network(), "silent-store", 9000);
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
    assertThat(
            PreflightRun.of(scene, s3(scene.url(DATA)), endpoint("http://s3:9000"))
                .holds()
                .lines("OK"))
        .anyMatch(line -> line.startsWith("s3 delete "));
    assertThat(scene.objects(DATA)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://silent-store:9000 | s3a://lake/a | s3 connect | timed out; packets are dropped | NetworkPolicy",
        "http://s3:9001 | s3a://lake/a | s3 connect | connection refused | start the server",
        "https://s3:9000 | s3a://lake/a | s3 tls | TLS failed | http://",
        "http://skewed:9000 | s3a://lake/a | s3 authenticate | clock skew | NTP",
        "http://s3:9000 | s3a://lakes/a | s3 list | bucket 'lakes': missing | create it",
      })
  void whatStopsOnTheWayIsNamed(
      String endpoint, String url, String check, String cause, String remedy) {
    PreflightRun.of(scene, s3(url), endpoint(endpoint)).failsOnlyFor(check, cause, remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AWS_ACCESS_KEY_ID=another-key | access key: the store does not know it",
        "AWS_SECRET_ACCESS_KEY=another-secret | the signature does not match",
        "AWS_SECRET_ACCESS_KEY= | credentials: expected some, found none",
      })
  void aWrongKeyIsNamed(String variable, String cause) {
    PreflightRun.of(scene, variable, s3(scene.url(DATA)), endpoint("http://s3:9000"))
        .failsOnlyFor("s3 authenticate", cause, variable.replaceFirst("=.*", ""));
  }

  @Test
  void aStoreThatNeedsPathStyleIsNamed() {
    PreflightRun.of(
            scene,
            s3(scene.url(DATA)),
            endpoint("http://s3:9000"),
            "--conf=spark.hadoop.fs.s3a.path.style.access=false")
        .failsOnlyFor(
            "s3 resolve",
            "'lake.s3': does not resolve, and 's3' does",
            "fs.s3a.path.style.access=true");
  }

  @Test
  void aNameThatTheNameServerDoesNotKnowIsNamed() {
    try (NameServer server = NameServer.thatKnowsNothing(scene.network())) {
      preflightWith(server)
          .failsOnlyFor(
              "s3 resolve", "'s3': does not resolve; the name server", "correct the name");
    }
  }

  @Test
  void aNameServerThatDoesNotAnswerIsNamed() {
    try (NameServer server = NameServer.thatIsSilent(scene.network())) {
      preflightWith(server)
          .failsOnlyFor("s3 resolve", "no name server answers", "allow DNS egress");
    }
  }

  private static PreflightRun preflightWith(NameServer server) {
    return PreflightRun.of(
        scene
            .job("rbs-preflight", "--no-image", s3(scene.url(DATA)), endpoint("http://s3:9000"))
            .withReadOnly(server.resolvConf(), "/etc/resolv.conf"));
  }

  private static String s3(String url) {
    return "--s3=" + url;
  }

  private static String endpoint(String url) {
    return "--conf=spark.hadoop.fs.s3a.endpoint=" + url;
  }
}
