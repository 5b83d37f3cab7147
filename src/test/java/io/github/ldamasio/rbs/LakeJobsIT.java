package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The jobs write tables of the catalog {@code lake} if they get a table's name for a path. */
@Tag("full")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
class LakeJobsIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String NEXT_DAY = "2024-12-28";

  @AutoClose private static Scene scene;
  private static Lake lake;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(1000);
    lake = Lake.in(scene);
  }

  /** Written, replaced, written with one more column, and not with one less. */
  @Test
  void bronzeReplacesDaysOfATableAndItsColumnsGrow() {
    String table = "lake.bronze.outbox";
    Data day = Data.bronze("tables");
    bronze(day, table).runToEnd(LIMIT).succeeded();
    scene.execute("update outbox set note = 'later' where id = 3");
    Result again = bronze(day, table).runToEnd(LIMIT).succeeded();
    assertThat(again.stdout()).contains("1000 rows are in " + table);
    assertTable(
        table,
        day,
        "\"days\": 1, \"files\": 4, \"without metrics\": 0, \"snapshots\": 2, \"columns\": 11, \"others\": 0");

    scene.execute("alter table outbox add column \"more.of it\" smallint default 7");
    assertThat(bronze(day.of(NEXT_DAY), table).runToEnd(LIMIT).succeeded().stdout())
        .contains("note: column 'more.of it' is new: NULL in earlier days");
    assertTable(table, day.of(NEXT_DAY), "\"days\": 2");
    assertTable(table, day, "\"snapshots\": 3, \"columns\": 12, \"others\": 0");
    assertThat(
            sql("select `more.of it`, count(*) from " + table + " group by 1 order by 1")
                .succeeded()
                .stdout())
        .isEqualTo("NULL\t1000\n7\t2\n");

    scene.execute("alter table outbox alter column \"more.of it\" type bigint");
    // Rows without a day are nobody's.
    sql(("update %1$s set business_date = null where business_date = date'%2$s';"
                + " alter table %1$s alter column `more.of it` type bigint")
            .formatted(table, NEXT_DAY))
        .succeeded();
    bronze(day.of(NEXT_DAY), table).runToEnd(LIMIT).succeeded();
    assertThat(sql("select distinct typeof(`more.of it`) from " + table).succeeded().stdout())
        .isEqualTo("bigint\n");

    scene.execute("alter table outbox drop column \"more.of it\"");
    Result fewer = bronze(day.of(NEXT_DAY), table).runToEnd(LIMIT);
    assertFailed(fewer, fewer.stdout(), "no column 'more.of it'", "give another BRONZE_TABLE");
    assertTable(table, day.of(NEXT_DAY), "\"snapshots\": 5");
  }

  /** A day of bronze that was replaced is merged again, and each day can be read as it was. */
  @Test
  void silverMergesWhatHasChangedAndTagsItsDays() {
    Data day = new Data("silver", Layer.silver, Scene.DAY);
    bronze(day, "lake.merged.bronze").runToEnd(LIMIT).succeeded();
    silver(day).runToEnd(LIMIT).succeeded();
    assertTable("lake.merged.silver", day.of(""), day, "\"snapshots\": 1");

    scene.execute("update outbox set note = 'late' where id = 4");
    String last = "2024-12-29";
    bronze(day.of(NEXT_DAY + ".." + last), "lake.merged.bronze").runToEnd(LIMIT).succeeded();
    bronze(day, "lake.merged.bronze").runToEnd(LIMIT).succeeded();
    // Leaves the day between for the next run.
    silver(day).runToEnd(LIMIT).succeeded();
    assertThat(silver(day.of(last)).runToEnd(LIMIT).succeeded().stdout())
        .contains("merged bronze of 3 days from 2024-12-27 to 2024-12-29");
    assertTable("lake.merged.silver", day.of(""), day.of(last), "\"others\": 0");
    String keys = "select count(*) from lake.merged.silver %s; ";
    String then = "version as of '" + day.date() + "'";
    assertThat(sql(keys.formatted("") + keys.formatted(then)).succeeded().stdout())
        .isEqualTo("202\n201\n");

    Result other = silver(day.of(NEXT_DAY)).withEnv("ORDER_COLUMNS", "id").runToEnd(LIMIT);
    assertFailed(other, other.stdout(), "found 'operation_id; id; '", "give another SILVER_TABLE");
    Result tie =
        silver(day)
            .withEnv("SILVER_TABLE", "lake.merged.tie")
            .withEnv("ORDER_COLUMNS", "note")
            .runToEnd(LIMIT);
    assertFailed(
        tie, tie.stdout(), "expected one latest row of each key", "give another SILVER_TABLE;");
  }

  /**
   * Its files know their columns by name, in any order. What no _COMMITTED lists stays out; then
   * the table is like any other.
   */
  @Test
  void aTableIsMadeOfThePathThatIsThere() {
    String table = "lake.adopted.outbox";
    Data day = Data.bronze("adopted");
    scene
        .writer(day.of("2024-12-26"))
        .withEnv("COLUMNS", "created_at,note,id")
        .runToEnd(LIMIT)
        .succeeded();
    scene.writer(day).runToEnd(LIMIT).succeeded();
    scene
        .tool("python3", "/jobs/leave_half_a_run.py", scene.name() + "/adopted/bronze", day.date())
        .succeeded();
    Result made = adopted(day, table).runToEnd(LIMIT).succeeded();
    assertThat(made.stdout()).contains("OK: 2024-12-27: 2 days with 1001 rows are in " + table);
    assertTable(table, day, "\"days\": 2", "\"without metrics\": 0, \"snapshots\": 1");
    Result again = adopted(day, table).runToEnd(LIMIT);
    assertFailed(again, again.stderr(), "expected a table without days, found 2", "without PURGE");

    bronze(day.of(day.date() + ".." + NEXT_DAY), table).runToEnd(LIMIT).succeeded();
    assertTable(table, day, "\"days\": 3");
    assertThat(scene.readWithPyarrow(day)).as("the path").isEqualTo(scene.expected(day));
  }

  /** All but one of a day's are told so and leave nothing; those of other days wait for no one. */
  @Test
  void runsAtTheSameTimeAreSerialisedByTheCatalog() throws JsonProcessingException {
    JsonNode races =
        new ObjectMapper()
            .readTree(
                Scene.report(
                    job("python3", "/jobs/race_to_replace.py", "lake.races.one").runToEnd(LIMIT)));
    List<String> ended = texts(races.at("/one day/ended"));
    assertThat(ended).filteredOn("OK"::equals).hasSize(1);
    assertThat(ended)
        .filteredOn(end -> !end.equals("OK"))
        .allMatch(end -> end.contains("another run of 2024-12-01 at the same time counts instead"));
    assertThat(races.at("/one day/found"))
        .hasToString("{\"%d\":10}".formatted(ended.indexOf("OK")));
    assertThat(texts(races.at("/many days/ended"))).containsOnly("OK").hasSize(8);
    assertThat(races.at("/many days/found")).hasSize(8).allMatch(rows -> rows.asInt() == 10);
    assertThat(races.at("/others").asInt()).isZero();
  }

  @Test
  void aPasswordThatIsWrongIsNamedWithARemedy() {
    Result result =
        bronze(Data.bronze("wrong"), "lake.bronze.wrong")
            .withEnv("LAKE_PASSWORD", "another")
            .runToEnd(LIMIT);
    assertFailed(
        result,
        result.stdout(),
        "catalog authenticate: password of user 'lake_" + scene.name() + "'",
        "correct LAKE_USER and LAKE_PASSWORD");
  }

  @Test
  void whatATableNeedsIsNamedBeforeAnythingStarts() {
    Result result =
        bronze(Data.bronze("both"), "lake.outbox")
            .withEnv("BRONZE_PATH", "s3a://lake/too")
            .withEnv("LAKE_PASSWORD", "")
            .runToEnd(LIMIT);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.stdout())
        .contains(
            "BRONZE_TABLE 'lake.outbox': expected it or BRONZE_PATH, found both",
            "BRONZE_TABLE 'lake.outbox': expected lake.NAMESPACE.TABLE",
            "LAKE_PASSWORD: expected that role's password, found nothing");
  }

  private static void assertTable(String table, Data day, String... seen) {
    assertTable(table, day, day, seen);
  }

  /** Of the day that is read, or of none, the rows are what PostgreSQL has on another. */
  private static void assertTable(String table, Data read, Data expected, String... seen) {
    Result result = job("spark-submit", "/jobs/read_table.py", table, read.date()).runToEnd(LIMIT);
    assertThat(Scene.report(result)).isEqualTo(scene.expected(expected));
    assertThat(result.stdout()).contains(seen);
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static Result sql(String sql) {
    return lake.sparkSql(sql).runToEnd(LIMIT);
  }

  private static SparkContainer bronze(Data day, String table) {
    return job("spark-submit", Layer.bronze.job())
        .withEnv("BUSINESS_DATE", day.date())
        .withEnv("LATE_DAYS", "1")
        .withEnv("BRONZE_TABLE", table);
  }

  private static SparkContainer adopted(Data day, String table) {
    return job("python3", "/opt/rbs-spark/jobs/table_from_path.py")
        .withEnv("BRONZE_PATH", scene.url(day))
        .withEnv("BRONZE_TABLE", table);
  }

  private static SparkContainer silver(Data day) {
    return job("spark-submit", Layer.silver.job())
        .withEnv("BUSINESS_DATE", day.date())
        .withEnv("BRONZE_TABLE", "lake.merged.bronze")
        .withEnv("SILVER_TABLE", "lake.merged.silver");
  }

  private static SparkContainer job(String... command) {
    return scene.job(command).withEnv(lake.environment());
  }
}
