package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Page;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What {@link DaysIT} and {@link SilverIT} show of paths and differs with tables. */
@Tag("full")
@Tag("phase")
@Tag("tables")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
class LakeDaysIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);
  private static final Data DAY = Data.bronze("days");

  @AutoClose private static Scene scene;
  private static Lake lake;

  /** How the runs ended that are made in one process, in this order. */
  private static Map<String, Result> ended;

  @BeforeAll
  static void runTheJobs() {
    scene = Scene.withRows(0);
    lake = Lake.in(scene);
    scene.execute(
        """
        create table ticks (id int primary key, operation_id int, kind text, created_at timestamptz not null);
        insert into ticks select n, n, 'k' || n %% 2, (timestamp '%s' - n * interval '1 day' + interval '1 hour') at time zone 'UTC'
          from generate_series(1, 6) n;
        create view early_ticks as select * from ticks where id < 100;
        create view null_ticks as select id, nullif(operation_id, 2) as operation_id, kind, created_at from early_ticks;
        insert into ticks select 103, 103, kind, created_at + interval '1 minute' from ticks where id = 3;
        """
            .formatted(TODAY));
    ended =
        JobRun.all(
            scene,
            lake.environment(),
            List.of(
                run("early", Layer.bronze, day(6) + ".." + day(1))
                    .with("SOURCE_TABLE", "early_ticks"),
                run("silver early", Layer.silver, "").with("PARTITION_COLUMN", "kind"),
                run("late", Layer.bronze, "").with("LATE_DAYS", "3"),
                run("silver late", Layer.silver, "")
                    .with("PARTITION_COLUMN", "kind")
                    .with("CATCH_UP_DAYS", "1"),
                run("other partition", Layer.silver, ""),
                run("dry run", Layer.bronze, "")
                    .with("KEEP_DAYS", "3")
                    .with("KEEP_DRY_RUN", "true"),
                run("keep", Layer.bronze, "").with("KEEP_DAYS", "3"),
                run("nulls", Layer.bronze, day(2))
                    .with("SOURCE_TABLE", "null_ticks")
                    .with("BRONZE_TABLE", "lake.days.nulls"),
                run("silver nulls", Layer.silver, day(2))
                    .with("BRONZE_TABLE", "lake.days.nulls")
                    .with("SILVER_TABLE", "lake.days.of_nulls")));
  }

  private static JobRun run(String name, Layer layer, String date) {
    return JobRun.of(name, DAY.in(layer))
        .with("SOURCE_TABLE", "ticks")
        .with("BUSINESS_DATE", date)
        .with("BRONZE_PATH", "")
        .with("SILVER_PATH", "")
        .with("BRONZE_TABLE", "lake.days.ticks")
        .with("SILVER_TABLE", "lake.days.latest");
  }

  private static String day(int ago) {
    return TODAY.minusDays(ago).toString();
  }

  @Test
  void aDayThatGotALateRowIsReplacedAndMerged() {
    assertThat(ended.get("late").succeeded().stdout())
        .contains("note: " + day(3) + " had 1 rows, and now has 2: copying it again");
    assertThat(ended.get("silver late").succeeded().stdout())
        .contains("merged bronze of 2 days from " + day(3) + " to " + day(1))
        .contains("the latest rows of 7 keys are in lake.days.latest");
  }

  @Test
  void anotherPartitionIsRefused() {
    Result other = ended.get("other partition");
    assertFailed(
        other,
        other.stderr(),
        "expected 'operation_id; created_at, id; kind' as in lake.days.latest",
        "give another SILVER_TABLE");
  }

  @Test
  void keysThatAreNullAreRefused() {
    Result nulls = ended.get("silver nulls");
    assertFailed(
        nulls,
        nulls.stderr(),
        "KEY_COLUMNS operation_id: expected a value in each row, found 1 NULLs",
        "name other columns");
  }

  /** And the table's rows are those of the days that are kept; of silver, those of all days. */
  @Test
  void daysThatAreTooOldAreRemovedIfAsked() {
    String days = " 3 days up to " + day(4) + " from lake.days.ticks";
    assertThat(ended.get("dry run").succeeded().stdout())
        .contains("KEEP_DAYS: would remove" + days);
    assertThat(ended.get("keep").succeeded().stdout()).contains("KEEP_DAYS: removed" + days);
    String sql =
        "select business_date, count(*) from lake.days.ticks group by 1 order by 1;"
            + " select partition.kind, record_count from lake.days.latest.partitions order by 1";
    assertThat(sql(sql))
        .isEqualTo("%s\t2\n%s\t1\n%s\t1\nk0\t3\nk1\t4\n".formatted(day(3), day(2), day(1)));
  }

  /** Each command as it stands, but for names and numbers; the last one undoes the one before. */
  @Test
  void theRunbookReadsATableAsItWasAndTakesItBack() {
    List<String> commands = commands();
    assertThat(commands).hasSize(7);
    List<String> snapshots = sql(commands.get(0)).lines().toList();
    String[] first = snapshots.get(0).split("\t");
    String[] last = snapshots.get(snapshots.size() - 1).split("\t");
    assertThat(first[3]).isEqualTo(day(6));
    String count = "select count(*) from lake.days.ticks;";
    String all = String.join("", commands.subList(1, 5)) + count + commands.get(5) + count;
    assertThat(
            sql(
                all.replace("1234567890123456789", first[1])
                    .replace("2345678901234567890", last[1])
                    .replace("2024-12-28 02:30:00", first[0])))
        .isEqualTo("1\n7\n1\n%2$s\t%1$s\n1\n%1$s\t%2$s\n4\n".formatted(first[1], last[1]));
  }

  /** With all its snapshots, after its row in PostgreSQL is gone. */
  @Test
  void theRunbookFindsATableThatTheCatalogHasLost() {
    String state = "select count(*), max(snapshot_id) from lake.days.ticks.snapshots;";
    String before = sql(state);
    String newest = "select file from lake.days.ticks.metadata_log_entries";
    List<String> files = sql(newest + " order by timestamp").lines().toList();
    scene.execute("delete from lake.iceberg_tables where table_name = 'ticks'");
    String call = commands().get(6).replaceAll("s3a://[^']*", files.get(files.size() - 1));
    assertThat(sql(call + state)).endsWith(before);
  }

  /** Of the runbook's section on this. */
  private static List<String> commands() {
    return Page.section(Project.DIRECTORY.resolve("docs/runbook.md"), "Take a table back").stream()
        .filter(line -> line.startsWith("    "))
        .toList();
  }

  private static String sql(String sql) {
    String own =
        sql.replace("bronze.stop_events", "days.ticks")
            .replace("silver.stop_events", "days.latest")
            .replace("2024-12-27", day(1));
    return lake.sparkSql(own).runToEnd(LIMIT).succeeded().stdout();
  }
}
