package io.github.ldamasio.rbs.preflight.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link Secrets}. */
class SecretsTest {
  private final Secrets secrets = new Secrets();

  @Test
  void aSecretIsMaskedHoweverAUrlSpellsIt() {
    secrets.add("a b/ç");
    assertThat(secrets.mask("a b/ç, a+b%2F%C3%A7, a%20b%2F%C3%A7")).isEqualTo("***, ***, ***");
  }

  @Test
  void nothingIsLeftOfASecretThatHoldsAnother() {
    secrets.add("hunter2");
    secrets.add("hunter2-and-more");
    assertThat(secrets.mask("x hunter2-and-more hunter2")).isEqualTo("x *** ***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ak", "server", "postgres", "9000"})
  void anOrdinaryWordIsMaskedWhereSecretsStandOnly(String word) {
    String text = "bucket 'lake' of user 'postgres' at server:9000";
    secrets.add(word);
    assertThat(secrets.mask(text)).isEqualTo(text);
    assertThat(secrets.mask("?user=a&password=" + word + "&b, http://a:" + word + "@host"))
        .isEqualTo("?user=a&password=***&b, http://***@host");
  }

  @Test
  void whatTheReportNamesIsNotMasked() {
    secrets.add("Lake2024-silver");
    secrets.name("bucket 'lake2024-silver'");
    assertThat(secrets.mask("no bucket 'lake2024-silver'"))
        .isEqualTo("no bucket 'lake2024-silver'");
    assertThat(secrets.mask("secret.key=Lake2024-silver")).isEqualTo("secret.key=***");
  }

  @Test
  void aLongSecretOfLettersIsNoWord() {
    secrets.add("qwertyuiopasdfghjklzxcvbnm");
    assertThat(secrets.mask("is qwertyuiopasdfghjklzxcvbnm")).isEqualTo("is ***");
  }

  @Test
  void nothingIsNoSecret() {
    secrets.add(null);
    secrets.add("");
    assertThat(secrets.mask("a text")).isEqualTo("a text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PGPASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "spark.hadoop.fs.s3a.access.key",
        "spark.hadoop.fs.s3a.bucket.lake.secret.key",
        "spark.ssl.keyStorePassword"
      })
  void namesTellSecrets(String name) {
    secrets.addIfSecret(name, "hunter2");
    assertThat(secrets.mask("is hunter2")).isEqualTo("is ***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PGUSER", "spark.hadoop.fs.s3a.endpoint", "spark.driver.memory"})
  void otherNamesDoNot(String name) {
    secrets.addIfSecret(name, "robson");
    assertThat(secrets.mask("is robson")).isEqualTo("is robson");
  }
}
