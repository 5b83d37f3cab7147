package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.SilentServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rbs-preflight --jdbc} and a real PostgreSQL in a closed network. */
class PreflightDatabaseIT {
  private static final String DATABASE = "postgres:5432/postgres";

  private static Scene scene;
  private static SilentServer silent;

  @BeforeAll
  static void startServers() {
    scene = Scene.withRows(1);
    silent = new SilentServer(scene.network(), "silent", 5432);
  }

  @AfterAll
  static void stopServers() {
    silent.close();
    scene.close();
  }

  @Test
  void whatWorksHolds() {
    assertThat(PreflightRun.of(preflight(DATABASE, "outbox")).holds().lines("OK"))
        .anyMatch(line -> line.matches("jdbc select 1 .* PostgreSQL 15\\.13"))
        .anyMatch(line -> line.matches("jdbc table .* outbox has rows, 10 columns"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "silent:5432/postgres | jdbc connect | timed out; packets are dropped | NetworkPolicy",
        "postgres:5433/postgres | jdbc connect | connection refused | start the server",
        "postgres:5432/postgers | jdbc authenticate | database 'postgers': missing | create it",
        "postgres:5432/postgres?sslmode=require | jdbc authenticate | TLS failed | sslmode",
        "postgres:5432/postgres?preferQueryMode=simple | jdbc query mode | CVE-2024-1597 | remove",
        "postgres:5432/postgres?preferQueryMode=%73imple | jdbc query mode | CVE-2024-1597 | remove",
      })
  void whatStopsOnTheWayIsNamed(String url, String check, String cause, String remedy) {
    PreflightRun.of(preflight(url, "outbox")).failsOnlyFor(check, cause, remedy);
  }

  @Test
  void aWrongPasswordIsNamedAndNotPrinted() {
    PreflightRun run =
        PreflightRun.of(preflight(DATABASE + "?user=robson&password=wrong%20secret", "outbox"));
    run.failsOnlyFor("jdbc authenticate", "password of user 'robson'", "PGPASSWORD");
    assertThat(run.result().output()).doesNotContain("wrong secret", "wrong%20secret");
  }

  @Test
  void aMissingTableIsNamedWithTheNearestName() {
    PreflightRun.of(preflight(DATABASE, "Outbx"))
        .failsOnlyFor(
            "jdbc table", "'Outbx': missing; the nearest name is 'outbox'", "correct the name");
  }

  @Test
  void aTableThatMustNotBeReadIsNamed() {
    scene.execute("create role reader login password 'of the reader'");
    SparkContainer container =
        preflight(DATABASE, "outbox")
            .withEnv("PGUSER", "reader")
            .withEnv("PGPASSWORD", "of the reader");
    PreflightRun.of(container)
        .failsOnlyFor("jdbc table", "this user must not read it", "grant select on outbox");
  }

  private static SparkContainer preflight(String url, String table) {
    return scene.job("rbs-preflight", "--jdbc=jdbc:postgresql://" + url, "--table=" + table);
  }
}
