package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.SilentServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rbs-preflight --jdbc} and a real PostgreSQL in a closed network. */
class PreflightDatabaseIT {
  private static Scene scene;
  private static SilentServer silent;

  /** The scene's database. */
  private static String database;

  @BeforeAll
  static void startServers() {
    scene = Scene.withRows(1);
    database = scene.environment().get("JDBC_URL");
    silent = new SilentServer(scene.network(), "silent-database", 5432);
  }

  @AfterAll
  static void stopServers() {
    silent.close();
    scene.close();
  }

  @Test
  void whatWorksHolds() {
    assertThat(preflight(database, "outbox").holds().lines("OK"))
        .anyMatch(line -> line.matches("jdbc select 1 .* PostgreSQL 15\\.13"))
        .anyMatch(line -> line.matches("jdbc table .* outbox has rows, 10 columns"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "silent-database:5432/postgres | jdbc connect | timed out; packets are dropped | NetworkPolicy",
        "postgres:5433/postgres | jdbc connect | connection refused | start the server",
        "postgres:5432/postgers | jdbc authenticate | database 'postgers': missing | create it",
        "postgres:5432/postgres?sslmode=require | jdbc authenticate | TLS failed | sslmode",
        "postgres:5432/postgres?preferQueryMode=simple | jdbc query mode | CVE-2024-1597 | remove",
        "postgres:5432/postgres?preferQueryMode=%73imple | jdbc query mode | CVE-2024-1597 | remove",
      })
  void whatStopsOnTheWayIsNamed(String url, String check, String cause, String remedy) {
    preflight("jdbc:postgresql://" + url, "outbox").failsOnlyFor(check, cause, remedy);
  }

  @Test
  void aWrongPasswordIsNamedAndNotPrinted() {
    PreflightRun run = preflight(database + "?user=robson&password=wrong%20secret", "outbox");
    run.failsOnlyFor("jdbc authenticate", "password of user 'robson'", "PGPASSWORD");
    assertThat(run.result().output()).doesNotContain("wrong secret", "wrong%20secret");
  }

  /** The user's name stays readable: a mask would tell that it is the password. */
  @Test
  void aPasswordThatIsTheUsersNameIsNotTold() {
    PreflightRun run =
        PreflightRun.of(scene, "PGUSER=postgres1", "PGPASSWORD=postgres1", "--jdbc=" + database);
    run.failsOnlyFor("jdbc authenticate", "password of user 'postgres1'", "PGPASSWORD");
    assertThat(run.result().output()).doesNotContain("***");
  }

  @Test
  void aMissingTableIsNamedWithTheNearestName() {
    preflight(database, "Outbx")
        .failsOnlyFor(
            "jdbc table", "'Outbx': missing; the nearest name is 'outbox'", "correct the name");
  }

  @Test
  void aTableThatMustNotBeReadIsNamed() {
    scene.execute("create role reader login password 'of the reader'");
    PreflightRun.of(
            scene,
            "PGUSER=reader",
            "PGPASSWORD=of the reader",
            "--jdbc=" + database,
            "--table=outbox")
        .failsOnlyFor("jdbc table", "this user must not read it", "grant select on outbox");
    scene.execute("create schema of_others; create table of_others.outbox (id int)");
    PreflightRun.of(
            scene,
            "PGUSER=reader",
            "PGPASSWORD=of the reader",
            "--jdbc=" + database,
            "--table=of_others.outbox")
        .failsOnlyFor(
            "jdbc table", "permission denied for schema of_others", "usage on its schema");
  }

  private static PreflightRun preflight(String url, String table) {
    return PreflightRun.of(scene, "--jdbc=" + url, "--table=" + table);
  }
}
