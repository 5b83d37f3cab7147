package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which days a run of the jobs works on: a range, what was missed, what came late, what is old. */
@Tag("full")
class DaysIT {
  private static final Data BRONZE = Data.bronze("scheduled");
  private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

  @AutoClose private static Scene scene;

  /** How the runs ended that are made in one process, in this order. */
  private static Map<String, Result> ended;

  @BeforeAll
  static void runTheJobs() {
    scene = Scene.withRows(0);
    scene.execute(
        """
        create table ticks (id int primary key, operation_id int, value numeric(9, 2), created_at timestamptz not null);
        insert into ticks select n, n, 1, (timestamp '%s' - n * interval '1 day' + interval '1 hour') at time zone 'UTC'
          from generate_series(1, 9) n;
        insert into ticks values (100, 100, 1, (timestamp '%s' - interval '71 hours') at time zone 'UTC');
        create table replaced_ticks as select * from ticks;
        create view early_ticks as select * from ticks where id < 100;
        create view broken_ticks as
          select id, operation_id, case id when 8 then 'NaN' else value end::numeric(9, 2) as value, created_at from ticks;
        create schema clock;
        create function clock.now() returns timestamptz language sql as
          'select pg_catalog.now() - interval ''2 days''';
        """
            .formatted(TODAY, TODAY));
    scene.execute(
        "update replaced_ticks set id = 103 where id = 3;"
            + " create view replaced_by_view as select * from replaced_ticks");
    String url = scene.environment().get("JDBC_URL");
    ended =
        JobRun.all(
            scene,
            List.of(
                run("backwards", Layer.bronze, day(2) + ".." + day(3)),
                run("broken", Layer.bronze, day(9) + ".." + day(7))
                    .with("SOURCE_TABLE", "broken_ticks"),
                run("clock", Layer.bronze, "")
                    .with("JDBC_URL", url + "?currentSchema=clock,pg_catalog,public"),
                run("range", Layer.bronze, day(8) + ".." + day(6)),
                run("silver", Layer.silver, day(6)),
                run("missed", Layer.bronze, "")
                    .with("SOURCE_TABLE", "early_ticks")
                    .with("CATCH_UP_DAYS", "3"),
                run("silver missed", Layer.silver, "").with("CATCH_UP_DAYS", "3"),
                run("late", Layer.bronze, "").with("LATE_DAYS", "3"),
                run("silver late", Layer.silver, "")
                    .with("KEEP_DAYS", "3")
                    .with("KEEP_DRY_RUN", "true"),
                run("replaced by view", Layer.bronze, "")
                    .with("SOURCE_TABLE", "replaced_by_view")
                    .with("LATE_DAYS", "2"),
                run("replaced", Layer.bronze, "")
                    .with("SOURCE_TABLE", "replaced_ticks")
                    .with("LATE_DAYS", "2"),
                run("dry run", Layer.bronze, "")
                    .with("KEEP_DAYS", "7")
                    .with("KEEP_DRY_RUN", "true"),
                run("keep", Layer.bronze, "").with("KEEP_DAYS", "7")));
  }

  private static JobRun run(String name, Layer layer, String date) {
    return new JobRun(
        name, BRONZE.in(layer), Map.of("SOURCE_TABLE", "ticks", "BUSINESS_DATE", date));
  }

  private static String day(int ago) {
    return TODAY.minusDays(ago).toString();
  }

  @Test
  void aRangeThatEndsBeforeItBeginsIsRefused() {
    Result result = ended.get("backwards");
    assertThat(result.exitCode()).as(result.output()).isEqualTo(2);
    assertThat(result.stderr()).contains("expected the first date before the last, found it after");
  }

  @Test
  void aDayThatFailsDoesNotStopTheNext() {
    Result result = ended.get("broken");
    assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
    assertThat(result.stderr())
        .contains(
            day(8) + ": failed: broken_ticks: column 'value'",
            "FAILED: 1 of 3 days; the first: broken_ticks: column 'value': expected a value that fits",
            "; the other days are done");
    assertThat(result.stdout())
        .contains(day(9) + ": 1 of 3 days: 1 rows", day(7) + ": 3 of 3 days: 1 rows");
  }

  /** The database's clock is behind, which is the same. */
  @Test
  void aClockThatIsAheadIsNoticed() {
    Result result = ended.get("clock");
    assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
    assertThat(result.stderr())
        .contains(
            "FAILED: " + day(1) + ": expected a day that is over, found " + day(2),
            "remedy: set the node's clock by NTP");
  }

  @Test
  void theLastLineIsOneJsonObject() throws JsonProcessingException {
    JsonNode range = lastLine("range");
    assertThat(range.path("job").asText()).isEqualTo("bronze_ingest");
    assertThat(range.path("date").asText()).isEqualTo(day(8) + ".." + day(6));
    assertThat(range.path("rows").asInt()).isEqualTo(3);
    assertThat(range.at("/days/1/run").asText()).isEqualTo("run=000002");
    JsonNode silver = lastLine("silver");
    assertThat(silver.path("date").asText()).isEqualTo(day(6));
    assertThat(silver.path("rows").asInt()).isEqualTo(4);
    assertThat(silver.path("run").asText()).isEqualTo("run=000001");
    assertThat(silver.path("bytes").asInt()).isPositive();
    assertThat(silver.path("seconds").asDouble()).isPositive();
  }

  @Test
  void daysThatWereMissedAreCaughtUpOldestFirst() throws JsonProcessingException {
    for (String name : List.of("missed", "silver missed")) {
      assertThat(lastLine(name).findValuesAsText("date"))
          .as(name)
          .isEqualTo(List.of(day(4) + ".." + day(1), day(4), day(3), day(2), day(1)));
    }
  }

  @Test
  void aDayThatGotALateRowIsCopiedAgainAndWhatDependsOnItIsBuiltAgain() {
    assertThat(ended.get("late").succeeded().stdout())
        .contains("note: " + day(3) + " had 1 rows, and now has 2: copying it again");
    assertThat(ended.get("silver late").succeeded().stdout())
        .contains(
            "building again: " + day(3) + ", " + day(2) + "\n",
            day(1) + ": 3 of 3 days: the latest rows of 9 keys");
  }

  /** As many rows as before, and one of them is another; of a view only the number is known. */
  @Test
  void aRowThatCameForOneThatIsGoneIsFoundInATable() {
    assertThat(ended.get("replaced").succeeded().stdout())
        .containsOnlyOnce(": copying it again")
        .contains("note: " + day(3) + " has rows that were written since: copying it again");
    assertThat(ended.get("replaced by view").succeeded().stdout()).doesNotContain("again");
  }

  @Test
  void whatIsTooOldIsNamedAndRemovedOnlyIfAsked() {
    String days = " 2 days up to " + day(8) + " from " + scene.url(BRONZE);
    assertThat(ended.get("dry run").succeeded().stdout())
        .contains("KEEP_DAYS: would remove" + days);
    assertThat(ended.get("keep").succeeded().stdout()).contains("KEEP_DAYS: removed" + days);
    assertThat(ended.get("silver late").succeeded().stdout())
        .as("a day more, to build upon")
        .contains("KEEP_DAYS: would remove 1 days up to " + day(6));
    Set<String> left =
        scene.objects(BRONZE).stream()
            .map(key -> key.replaceFirst(".*business_date=(.*?)/.*", "$1"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(left)
        .isEqualTo(
            IntStream.of(7, 6, 4, 3, 2, 1)
                .mapToObj(DaysIT::day)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static JsonNode lastLine(String name) throws JsonProcessingException {
    List<String> lines = ended.get(name).succeeded().stdout().lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }
}
