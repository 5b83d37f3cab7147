package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.PreflightRun.endpoint;
import static io.github.ldamasio.rbs.PreflightRun.s3;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
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
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.wait.strategy.Wait;

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
    PreflightRun run = PreflightRun.of(scene, s3(scene.url(DATA)), endpoint(S3)).holds();
    assertThat(run.lines("OK"))
        .anyMatch(line -> line.startsWith("s3 delete "))
        .anyMatch(line -> line.endsWith("; the store does not have conditional PUT"));
    // Nothing is logged: only the report masks secrets.
    assertThat(run.result().stderr()).isEmpty();
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

  /** The scene's containers have S3_ENDPOINT, which the jobs hand on as a setting. */
  @ParameterizedTest
  @ValueSource(strings = {"S3_ENDPOINT=http://s3:9000", "AWS_ENDPOINT_URL=http://s3:9000"})
  @Tag("full")
  void aStoreThatOnlyAVariableNamesIsNamed(String variable) {
    PreflightRun.of(scene, "S3_ENDPOINT=", variable, s3(scene.url(DATA)))
        .failsOnlyFor(
            "s3 settings",
            "fs.s3a.endpoint: expected the store's URL, found none, so S3A would ask Amazon; it does"
                + " not read "
                + variable.replace("=", " '"),
            "--conf spark.hadoop.fs.s3a.endpoint=URL");
  }

  @Test
  @Tag("full")
  void aStoreThatNothingNamesIsAmazons() {
    PreflightRun.of(scene, "S3_ENDPOINT=", s3(scene.url(DATA)))
        .failsOnlyFor(
            "s3 resolve",
            "S3A asks Amazon, because fs.s3a.endpoint is not set",
            "for another store, set spark.hadoop.fs.s3a.endpoint");
  }

  /** A web server takes the request to a proxy for one to itself, and answers as proxies do. */
  @Test
  @Tag("full")
  void aProxyThatTheEnvironmentNamesIsNamed() {
    String list = "NO_PROXY=10.0.0.0/8,172.16.0.0/12,.svc";
    String store = endpoint(S3);
    try (SparkContainer proxy =
        new SparkContainer("python3", "-m", "http.server", "3128")
            .withNetwork(scene.network())
            .withNetworkAliases("proxy")
            .waitingFor(Wait.forLogMessage(".*Serving HTTP.*", 1))) {
      proxy.start();
      String remedy = "add 's3' to NO_PROXY";
      PreflightRun.of(scene, "HTTPS_PROXY=http://proxy:3128", list, s3(scene.url(DATA)), store)
          .failsOnlyFor(
              "s3 authenticate",
              "S3A goes through the proxy proxy:3128 (HTTPS_PROXY), and NO_PROXY"
                  + " '10.0.0.0/8,172.16.0.0/12,.svc' does not name 's3'",
              remedy);
      PreflightRun.of(scene, "HTTPS_PROXY=http://proxy:3129", s3(scene.url(DATA)), store)
          .failsOnlyFor("s3 connect", "(HTTPS_PROXY), and NO_PROXY is not set", remedy);
      PreflightRun.of(
              scene, "HTTPS_PROXY=http://proxy:3129", "NO_PROXY=s3", s3(scene.url(DATA)), store)
          .holds();
    }
  }

  @Test
  void anOrdinaryWordThatIsASecretIsNotMaskedWhereItIsNone() {
    PreflightRun run =
        PreflightRun.of(scene, "AWS_ACCESS_KEY_ID=ak", s3("s3a://lake/a"), endpoint(S3));
    run.failsOnlyFor("s3 authenticate", "access key", "AWS_ACCESS_KEY_ID");
    assertThat(run.lines("OK").get(0)).contains("bucket 'lake' at s3:9000");
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
}
