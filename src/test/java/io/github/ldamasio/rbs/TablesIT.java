package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static io.github.ldamasio.rbs.scene.JobAssertions.assertSameRows;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bronze makes of tables and views that it has never seen, by settings alone. */
@Tag("full")
class TablesIT {
  private static final String DAY = "2024-12-27";

  @AutoClose private static Scene scene;

  /** How the runs ended, by their names; each wrote below its name. */
  private static Map<String, Result> ended;

  @BeforeAll
  static void copyTheTables() {
    scene = Scene.withRows(10);
    scene.tool("python3", "/jobs/fill_tables.py").succeeded();
    Map<String, String> decimals = Map.of("DECIMALS", "c10 numeric(20,8)");
    String elsewhere =
        scene.environment().get("JDBC_URL")
            + "?currentSchema=elsewhere&targetServerType=primary&options=-c%20lock_timeout=1min";
    ended =
        JobRun.all(
            scene,
            List.of(
                copy("types", "every_type", decimals),
                copy("by time", "stop_events", Map.of("TIME_COLUMN", "occurred_at")),
                copy("by place", "stop_events", Map.of()),
                copy("by key", "wide", Map.of()),
                copy("one column", "one_column", Map.of()),
                copy("by date", "readings", Map.of("TIME_COLUMN", "day")),
                copy("schema", "hidden", Map.of("JDBC_URL", elsewhere)),
                copy("local", "local_events", local()),
                copy("local", "more_events", local()).as("more"),
                copy("local", "fewer_events", local()).as("fewer"),
                copy("local", "more_events", Map.of()).as("without time"),
                copy("random", "random_events", Map.of()),
                copy("NaN", "not_a_number", Map.of()),
                copy("rounded", "stop_events", Map.of("DECIMALS", "fill_price numeric(20,8)")),
                copy("late", "too_late", Map.of()),
                copy("case", "only_case", Map.of()),
                copy("time", "stop_events", Map.of("TIME_COLUMN", "created_at")),
                copy("zone", "local_events", Map.of("TIME_COLUMN", "received_at")),
                copy("names", "stop_events", Map.of("COLUMNS", "symbol, nothing")),
                JobRun.of("silver", Data.bronze(prefix("by time")).in(Layer.silver))));
  }

  private static Map<String, String> local() {
    return Map.of("TIME_COLUMN", "received_at", "TIME_ZONE", "America/Sao_Paulo");
  }

  private static JobRun copy(String name, String table, Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>(Map.of("SOURCE_TABLE", table, "TIME_COLUMN", ""));
    all.putAll(settings);
    return new JobRun(name, Data.bronze(prefix(name)), all);
  }

  private static String prefix(String name) {
    return "tables-" + name.replace(' ', '-');
  }

  /** Expected values are PostgreSQL's own text of each. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "types, every_type, true, one task",
        "by time, stop_events, (occurred_at at time zone 'UTC')::date = '2024-12-27', 4 tasks by \"occurred_at\"",
        "by place, stop_events, true, 4 tasks by ctid",
        "by key, wide, true, 4 tasks by \"id\"",
        "one column, one_column, true, 4 tasks by ctid",
        "by date, readings, day = '2024-12-27', 4 tasks by ctid",
        "schema, elsewhere.hidden, true, one task",
      })
  void eachValueIsWhatPostgresSays(String name, String table, String condition, String tasks) {
    assertThat(ended.get(name).succeeded().stdout()).contains(tasks);
    assertSameRows(scene, Data.bronze(prefix(name)), table, condition);
  }

  /** All others are text. */
  @Test
  void eachTypeHasItsOwnInParquet() {
    String url = scene.url(Data.bronze(prefix("types")));
    String types =
        Scene.report(
            scene.tool("python3", "/jobs/compare_table.py", "every_type", "true", url, DAY));
    assertThat(
            Pattern.compile("\"(c[0-9]+)\": \"(?!string)(.*?)\"")
                .matcher(types)
                .results()
                .map(found -> found.group(1) + " " + found.group(2)))
        .containsExactly(
            "c0 int16",
            "c1 int32",
            "c2 int64",
            "c3 decimal128(38, 18)",
            "c4 decimal128(38, 0)",
            "c5 decimal128(5, 2)",
            "c6 decimal128(5, 0)",
            "c7 decimal128(4, 4)",
            "c10 decimal128(20, 8)",
            "c11 decimal128(12, 2)",
            "c12 decimal128(12, 2)",
            "c13 float",
            "c14 double",
            "c15 bool",
            "c21 binary",
            "c25 date32[day]",
            "c28 timestamp[us]",
            "c29 timestamp[us, tz=UTC]");
  }

  @Test
  void aTypeThatIsNotKnownBecomesTextAndALineSaysSo() {
    assertThat(ended.get("types").stdout().lines().filter(line -> line.contains("note: ")))
        .extracting(line -> line.replaceFirst(".*: note: column ", ""))
        .containsExactly(
            "'c8': numeric with 39 digits becomes its text; a decimal has 38 at most",
            "'c9': numeric without a precision becomes its text; DECIMALS can give it one",
            "'c45': money, which this job does not know, becomes its text",
            "'c46': oid, which this job does not know, becomes its text",
            "'c47': point, which this job does not know, becomes its text",
            "'c48': tsvector, which this job does not know, becomes its text");
  }

  /** The day of UTC of a column in the time of a place; then the same day with one more column. */
  @Test
  void aViewByLocalTimeMayGetAColumnMore() {
    assertThat(ended.get("local").succeeded().stdout()).contains("4 tasks by \"received_at\"");
    assertThat(ended.get("more").succeeded().stdout())
        .contains("note: column 'added' is new: NULL in earlier days");
    String utc = "(received_at at time zone 'America/Sao_Paulo' at time zone 'UTC')::date";
    assertSameRows(scene, Data.bronze(prefix("local")), "more_events", utc + " = '" + DAY + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fewer | found no column 'symbol'; no column 'added'; column 'event_seq': int, not bigint | give another BRONZE_PATH",
        "without time | TIME_COLUMN: expected received_at America/Sao_Paulo as for 2024-12-27 in | give another BRONZE_PATH",
        "random | rows, found | if the source is a view that is not the same each time it is read",
        "NaN | column 'value': expected a value that fits decimal128(9, 2), found NaN | DECIMALS",
        "rounded | column 'fill_price': expected a value that fits decimal128(20, 8), found | DECIMALS",
        "late | column 'moment': expected timestamps before 294247-01-10 | a view that has it as text",
        "case | column 'a': another differs in its case only | COLUMNS",
        "time | expected a column 'created_at', found event_seq, event_id, | TIME_COLUMN",
        "zone | TIME_ZONE '': expected the time zone of 'received_at' | pg_timezone_names",
        "silver | found no column 'created_at'; no column 'id' | bronze has event_seq, event_id, ",
        "names | no column 'nothing' | its columns are event_seq, event_id, ",
      })
  void whatCannotBeCopiedIsNamedAndNothingIsReplaced(String name, String cause, String remedy) {
    assertFailed(ended.get(name), ended.get(name).stderr(), cause, remedy);
    if (!List.of("fewer", "without time", "silver").contains(name)) {
      assertThat(scene.objects(Data.bronze(prefix(name))))
          .noneMatch(key -> key.endsWith("_COMMITTED"));
    }
  }
}
