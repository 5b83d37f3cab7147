package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.ReplicatedPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bronze from a replica and a primary that end its queries midway. */
@Tag("full")
class DatabaseFaultsIT {
  private static final int ROWS = 1000;
  private static final int REPLICA = 5432;
  private static final int PRIMARY = 5433;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** A view whose rows COPY gets up to the 400th, and then no more until something ends it. */
  private static final String HELD =
      """
      create view held as select * from outbox
        where case when id > 400 and current_query() like 'copy %' then pg_sleep(3600) is not null else true end
      """;

  private static final String AWAIT_COPY =
      """
      do $$ begin
        while not exists (select from pg_stat_activity where wait_event = 'PgSleep' and query like 'copy %') loop
          perform pg_sleep(0.05);
          perform pg_stat_clear_snapshot();
        end loop;
      end $$
      """;

  /** It has the same rows as the table of the two servers, and says what bronze should be. */
  @AutoClose private static Scene scene;

  @AutoClose private static ReplicatedPostgres servers;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(ROWS);
    servers = new ReplicatedPostgres(scene.network());
    tool(PRIMARY, "env", "ROWS=" + ROWS, "python3", "/jobs/fill_postgres.py");
    sql(PRIMARY, HELD);
    sql(PRIMARY, "create table others as select generate_series(1, 10)");
  }

  /** Of the deleted rows the snapshot could still need some, as far as the replica knows. */
  @Test
  void aReplicaThatCancelsTheQueryIsNamed() {
    assertNamed(
        "cancelled",
        REPLICA,
        () -> {
          sql(PRIMARY, "delete from others");
          sql(PRIMARY, "vacuum others");
        },
        "conflict with recovery",
        "hot_standby_feedback");
  }

  @Test
  void aDatabaseThatIsStartedAgainIsNamed() {
    assertNamed(
        "restarted",
        PRIMARY,
        servers::restartPrimary,
        "terminating connection due to immediate shutdown",
        "why the database ended the connection; nothing is replaced, so run the job again");
  }

  /** The run that meets the fault leaves nothing, and the next one copies each row once. */
  private static void assertNamed(
      String prefix, int port, Runnable fault, String cause, String remedy) {
    Data data = Data.bronze(prefix);
    try (SparkContainer job = bronze(data, port).withEnv("SOURCE_TABLE", "held")) {
      job.start();
      sql(port, AWAIT_COPY);
      fault.run();
      Result ended = job.awaitEnd(LIMIT);
      assertFailed(ended, ended.stdout(), cause, remedy);
    }
    assertThat(scene.objects(data))
        .as("but S3A's markers of directories")
        .allMatch(key -> key.endsWith("/"));
    assertThat(bronze(data, port).runToEnd(LIMIT).succeeded().stdout())
        .contains("4 tasks by \"id\"");
    assertThat(scene.readWithPyarrow(data)).isEqualTo(scene.expected(data));
  }

  private static SparkContainer bronze(Data data, int port) {
    String url = scene.environment().get("JDBC_URL");
    return scene
        .writer(data)
        .withEnv("JDBC_URL", url.replace("postgres:5432", "replicated:" + port));
  }

  private static void sql(int port, String sql) {
    tool(port, "python3", "/jobs/execute_sql.py", sql);
  }

  private static void tool(int port, String... command) {
    List<String> words = new ArrayList<>(List.of("env", "PGHOST=replicated", "PGPORT=" + port));
    words.addAll(List.of(command));
    scene.tool(words.toArray(String[]::new)).succeeded();
  }
}
