package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.PreflightRun.endpoint;
import static io.github.ldamasio.rbs.PreflightRun.s3;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.AnswerGate;
import io.github.ldamasio.rbs.server.PrivateCa;
import io.github.ldamasio.rbs.server.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rbs-preflight --s3} and answers that other stores give. */
@Tag("full")
class PreflightAnswersIT {
  private static final Data DATA = Data.bronze("preflight");
  private static final String CONDITIONAL = "(?i)if-none-match";

  private static Scene scene;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(1);
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  /** The answers are those of Ceph RGW 16.2.15. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UserSuspended | . | s3 authenticate | the store has suspended its user | enable the user",
        "QuotaExceeded | ^PUT | s3 write | a quota is used up | delete what is not needed",
        "XAmzContentSHA256Mismatch | (?is)^PUT.*decoded-content-length: 0\\r | s3 write"
            + " | empty object: the store takes its signature for wrong"
            + " | https://; if the store has none, set spark.hadoop.fs.s3a.signing-algorithm=S3SignerType",
      })
  void whatCephRefusesIsNamed(
      String answer, String requests, String check, String cause, String remedy) {
    try (AnswerGate gate = new AnswerGate(scene.network(), "gate", requests, answer)) {
      PreflightRun.of(scene, s3(scene.url(DATA)), endpoint(gate.url()))
          .failsOnlyFor(check, cause, remedy);
    }
  }

  /** Ceph RGW's answer to a second PUT, and one of versitygw to a value that it does not know. */
  @ParameterizedTest
  @CsvSource({"PreconditionFailed, has", "NotImplemented, does not have"})
  void whetherTheStoreHasConditionalPutIsTold(String answer, String has) {
    try (AnswerGate gate = new AnswerGate(scene.network(), "gate", CONDITIONAL, answer)) {
      assertThat(
              PreflightRun.of(scene, s3(scene.url(DATA)), endpoint(gate.url())).holds().lines("OK"))
          .anyMatch(line -> line.endsWith("; the store " + has + " conditional PUT"));
    }
  }

  @Test
  void plainHttpToAPortOfTlsIsNamed() throws Exception {
    try (PrivateCa ca = new PrivateCa("secure-store");
        S3Server store = new S3Server(scene.network(), "secure-store", ca)) {
      String port = store.address() + ":" + S3Server.SECURE_PORT;
      PreflightRun.of(scene, s3(scene.url(DATA)), endpoint("http://" + port))
          .failsOnlyFor(
              "s3 authenticate",
              "'" + port + "': expected plain HTTP, found TLS",
              "give the endpoint as https://");
    }
  }
}
