package io.github.ldamasio.rbs.preflight.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.report.Secrets;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link JdbcUrl}. */
class JdbcUrlTest {
  private static final SparkSettings SETTINGS =
      new SparkSettings(Map.of(), Map.of("PGUSER", "robson", "PGPASSWORD", "of robson"));

  private final Secrets secrets = new Secrets();

  @Test
  void userAndPasswordComeFromTheEnvironment() throws Failure {
    JdbcUrl url = parse("jdbc:postgresql://db:5433/lake");
    assertThat(url.user()).isEqualTo("robson");
    assertThat(url.database()).isEqualTo("lake");
    assertThat(url.properties()).containsEntry("password", "of robson");
    assertThat(url.endpoints()).hasToString("[db:5433]");
  }

  @Test
  void userAndPasswordInTheUrlWin() throws Failure {
    JdbcUrl url = parse("jdbc:postgresql://db/lake?user=other&password=of%20other");
    assertThat(url.user()).isEqualTo("other");
    assertThat(url.properties()).containsEntry("password", "of other");
    assertThat(secrets.mask("of other, of%20other")).isEqualTo("***, ***");
  }

  @Test
  void eachHostIsAnEndpoint() throws Failure {
    assertThat(parse("jdbc:postgresql://a,b:5433/lake").endpoints())
        .hasToString("[a:5432, b:5433]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?preferQueryMode=simple",
        "?preferQueryMode=Simple",
        "?preferQueryMode=%73imple",
        "?preferQueryMode=simple%20",
        "?preferQueryMode=extended&preferQueryMode=simple",
        "?user=robson&&preferQueryMode=simple&ssl",
      })
  void theSimpleQueryModeIsRefused(String parameters) throws Failure {
    JdbcUrl url = parse("jdbc:postgresql://db/lake" + parameters);
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(url::queryMode)
        .withMessageContaining("CVE-2024-1597")
        .satisfies(e -> assertThat(e.remedy()).contains("remove preferQueryMode"));
  }

  /** In these modes the driver never puts a parameter into the SQL. */
  @ParameterizedTest
  @ValueSource(strings = {"extended", "extendedForPrepared", "extendedCacheEverything"})
  void anotherQueryModeIsNot(String mode) throws Failure {
    assertThat(parse("jdbc:postgresql://db/lake?preferQueryMode=" + mode).queryMode())
        .isEqualTo(mode);
  }

  /** Only the last of several counts, as for the driver. */
  @Test
  void aSimpleQueryModeThatIsTakenBackIsNot() throws Failure {
    parse("jdbc:postgresql://db/lake?preferQueryMode=simple&preferQueryMode=extended").queryMode();
  }

  @Test
  void anotherDatabasesUrlIsNamedWithoutItsSecrets() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("jdbc:mysql://robson:hunter2@db/lake?password=hunter3"))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .contains("'jdbc:mysql://***@db/lake?…'")
                    .doesNotContain("hunter"));
  }

  /** PostgreSQL's driver would take all of it for the host. */
  @Test
  void aUrlWithCredentialsBeforeTheHostIsNamedWithoutThem() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("jdbc:postgresql://robson:hunter2@db/lake"))
        .withMessageContaining("'jdbc:postgresql://***@db/lake': expected no user and password")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter"));
  }

  private JdbcUrl parse(String url) throws Failure {
    return JdbcUrl.parse(url, Account.SOURCE, SETTINGS, secrets);
  }
}
