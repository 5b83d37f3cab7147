package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static io.github.ldamasio.rbs.scene.JobAssertions.assertSameRows;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Silver is the latest row of each key of any bronze, and builds upon the silver before it. */
@Tag("full")
class SilverIT {
  private static final Data SILVER = new Data("moves", Layer.silver, "2024-12-02");
  private static final Data PARTITIONED = new Data("partitioned", Layer.silver, "2024-12-04");

  private static final Data PRICES = new Data("prices", Layer.silver, "2024-12-02");
  private static final Data ALIKE = new Data("alike", Layer.silver, "2024-12-02");

  /** Fifty rows a day of seven accounts. Two rows of account 9 have the same time. */
  private static final String TABLES =
      """
      create table moves (seq int primary key, account int not null, symbol text, at timestamptz not null);
      insert into moves select n, n % 7, (array['A', null, 'b/c=d'])[1 + n % 3],
        timestamptz '2024-12-01 00:00+00' + (n - 1) / 50 * interval '1 day' + n * interval '1 second'
        from generate_series(1, 200) n;
      insert into moves values (1001, 8, 'late', '2024-12-01 23:59:59+00'), (1002, 9, 'A', '2024-12-04 12:00+00'),
        (1003, 9, 'A', '2024-12-04 12:00+00');
      create table alike as select n as seq, n as account, repeat('x', 5000) as symbol, timestamptz '2024-12-02 00:00+00' as at
        from generate_series(1, 45000) n;
      create table old_prices as select n as account, 1 as price from generate_series(1, 9) n;
      create view new_prices as select account, 2 as price from old_prices;
      create view early_moves as select * from moves where seq <> 1001;
      """;

  @AutoClose private static Scene scene;

  /** How the runs ended that are made in one process, in this order. */
  private static Map<String, Result> ended;

  @BeforeAll
  static void runTheJobsOnSomeDays() {
    scene = Scene.withRows(0);
    scene.execute(TABLES);
    ended =
        JobRun.all(
            scene,
            List.of(
                bronze("2024-12-01..2024-12-02").with("SOURCE_TABLE", "early_moves"),
                silver("first", "2024-12-02"),
                bronze("2024-12-03"),
                silver("next", "2024-12-03"),
                bronze("2024-12-01"),
                bronze("2024-12-04"),
                silver("again", "2024-12-04"),
                silver("key", "2024-12-04").with("KEY_COLUMNS", "seq"),
                elsewhere("null", "2024-12-04").with("KEY_COLUMNS", "account, symbol"),
                elsewhere("tie", "2024-12-04").with("ORDER_COLUMNS", "at"),
                elsewhere("type", "2024-12-04").with("PARTITION_COLUMN", "at"),
                alike(Layer.bronze),
                alike(Layer.silver),
                prices("old_prices", PRICES.in(Layer.bronze).of("2024-12-01")),
                prices("new_prices", PRICES.in(Layer.bronze)),
                prices("latest prices", PRICES),
                partitioned("2024-12-03"),
                partitioned("2024-12-04")));
  }

  private static JobRun bronze(String date) {
    return run("bronze of " + date, SILVER.in(Layer.bronze), date);
  }

  private static JobRun silver(String name, String date) {
    return run(name, SILVER, date);
  }

  private static JobRun elsewhere(String name, String date) {
    return silver(name, date).with("SILVER_PATH", scene.url(SILVER) + "-" + name);
  }

  private static JobRun partitioned(String date) {
    return silver("partitioned", date)
        .with("SILVER_PATH", scene.url(PARTITIONED))
        .with("PARTITION_COLUMN", "symbol");
  }

  private static JobRun alike(Layer layer) {
    return run("alike in " + layer, ALIKE.in(layer), ALIKE.date()).with("SOURCE_TABLE", "alike");
  }

  /** Snapshots of a whole table, so that a key has the same place in the order each day. */
  private static JobRun prices(String name, Data data) {
    return run(name, data, data.date())
        .with("SOURCE_TABLE", name)
        .with("TIME_COLUMN", "")
        .with("ORDER_COLUMNS", "account");
  }

  private static JobRun run(String name, Data data, String date) {
    return new JobRun(
        name,
        data,
        Map.of(
            "SOURCE_TABLE", "moves",
            "TIME_COLUMN", "at",
            "BUSINESS_DATE", date,
            "KEY_COLUMNS", "account",
            "ORDER_COLUMNS", "at, seq"));
  }

  /** Also of the days that had no row of it yet, when a late row is in bronze. */
  @ParameterizedTest
  @ValueSource(strings = {"2024-12-02", "2024-12-03", "2024-12-04"})
  void eachDayHasTheLatestRowOfEachKey(String date) {
    assertLatest(SILVER.of(date));
  }

  @Test
  void aDayIsBuiltUponTheDayBefore() {
    assertThat(ended.get("first").succeeded().stdout())
        .contains("wrote 7 rows from bronze of 2024-12-01 to 2024-12-02");
    assertThat(ended.get("next").succeeded().stdout())
        .contains("wrote 7 rows from silver of 2024-12-02 and bronze of 2024-12-03")
        .doesNotContain("note:");
  }

  @Test
  void whatDependsOnADayThatWasIngestedAgainIsBuiltAgain() {
    assertThat(ended.get("again").succeeded().stdout())
        .contains(
            "note: bronze of earlier days has changed; building again: 2024-12-02, 2024-12-03\n",
            "2024-12-03: wrote 8 rows from silver of 2024-12-02 and bronze of 2024-12-03",
            "2024-12-04: wrote 9 rows from silver of 2024-12-03 and bronze of 2024-12-04");
  }

  @Test
  void ofRowsOfOneOrderThatOfTheLastDayCounts() {
    ended.get("latest prices").succeeded();
    assertSameRows(scene, PRICES, "new_prices", "true");
  }

  /** 225 MB in memory, and next to nothing in Parquet: too much for one task to sort. */
  @Test
  void rowsAreSharedAmongTasksByWhatTheyTakeInMemory() {
    assertThat(ended.get("alike in silver").succeeded().stdout()).contains("wrote 45000 rows");
    assertThat(scene.objects(ALIKE).stream().filter(key -> key.endsWith(".parquet"))).hasSize(4);
  }

  @Test
  void theValuesOfAColumnCanBeDirectories() {
    assertThat(ended.get("partitioned").succeeded().stdout())
        .contains("wrote 9 rows from silver of 2024-12-03 and bronze of 2024-12-04");
    assertLatest(PARTITIONED);
    assertThat(scene.objects(PARTITIONED))
        .anyMatch(key -> key.contains("/symbol=A/"))
        .anyMatch(key -> key.contains("/symbol=b%2Fc%3Dd/"))
        .anyMatch(key -> key.contains("/symbol=__HIVE_DEFAULT_PARTITION__/"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "key | KEY_COLUMNS: expected ['account'] as for 2024-12-04 in | another SILVER_PATH",
        "null | KEY_COLUMNS account, symbol: expected a value in each row, found | a view without",
        "tie | ORDER_COLUMNS at: expected one latest row of each key, found several of a day for '9' | add a column",
        "type | found PARTITION_COLUMN 'at' of type timestamp | bronze has seq, account, symbol, at",
      })
  void whatHasNoLatestRowIsNamedAndNothingIsWritten(String name, String cause, String remedy) {
    assertFailed(ended.get(name), ended.get(name).stderr(), cause, remedy);
    assertThat(scene.objects(SILVER)).noneMatch(key -> key.contains("silver-" + name));
  }

  /** Expected values are PostgreSQL's own. */
  private static void assertLatest(Data data) {
    String rows =
        "(select distinct on (account) * from moves where at < timestamptz '%s 00:00+00' + interval '1 day'"
                .formatted(data.date())
            + " order by account, at desc, seq desc) latest";
    assertSameRows(scene, data, rows, "true");
  }
}
