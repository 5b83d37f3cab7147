package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.scene.Scene.Layer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bronze and silver on a million events: whole, for their day only, and whatever is killed. */
class JobsIT {
  private static final int ROWS = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Data BRONZE = Data.bronze("million");
  private static final Data SILVER = BRONZE.in(Layer.silver);
  private static final String DAY_BEFORE = "2024-12-26";
  private static final String DAY_AFTER = "2024-12-28";
  private static final String DAY_WITHOUT_EVENTS = "2024-12-29";

  private static Scene scene;

  @BeforeAll
  static void startServersAndIngestTheDay() {
    scene = Scene.withRows(ROWS);
    PreflightRun.of(
            scene.job(
                "rbs-preflight",
                "--role=driver",
                "--jdbc=jdbc:postgresql://postgres:5432/postgres",
                "--table=outbox",
                "--s3=s3a://lake/million/bronze",
                "--conf=spark.hadoop.fs.s3a.endpoint=http://s3:9000"))
        .holds();
    run(BRONZE);
  }

  @AfterAll
  static void stopServers() {
    scene.close();
  }

  @Test
  void aMillionEventsAreWhatPostgresSays() {
    assertThat(scene.expected(BRONZE)).contains("\"rows\": " + ROWS + ",");
    assertHolds(BRONZE);
    run(SILVER);
    assertHolds(SILVER);
  }

  @Test
  void aKilledRunLeavesThePreviousDataAndTheNextLosesAndDoublesNothing() {
    Data data = Data.bronze("killed");
    scene.execute("create view first_events as select * from outbox where id <= 1000");
    scene.writer(data).withEnv("SOURCE_TABLE", "first_events").runToEnd(LIMIT).succeeded();
    String previous = scene.readWithPyarrow(data);
    assertThat(previous).contains("\"rows\": 1000,");
    List<String> before = scene.objects(data);

    try (SparkContainer killed = scene.writer(data)) {
      killed.start();
      assertTimeoutPreemptively(
          LIMIT,
          () -> {
            while (scene.objects(data).stream().noneMatch(JobsIT::isHalfDone)) {
              assertThat(killed.isRunning()).as(killed.getLogs()).isTrue();
            }
          });
      Image.engine().killContainerCmd(killed.getContainerId()).exec();
      assertThat(killed.awaitEnd(LIMIT).exitCode()).isEqualTo(128 + 9);
    }
    assertThat(scene.objects(data)).containsAll(before).anyMatch(JobsIT::isHalfDone);
    assertThat(scene.readWithPyarrow(data)).as("after the kill").isEqualTo(previous);

    run(data);
    assertHolds(data);
    assertThat(scene.objects(data))
        .as("one run is left")
        .allMatch(key -> key.contains("/run=000003-"));
  }

  /** Data of the second run, which is not committed. */
  private static boolean isHalfDone(String key) {
    return key.contains("/run=000002-") && key.endsWith(".parquet");
  }

  @Test
  void eachDayHasItsOwnEventsToTheMicrosecond() {
    Data before = Data.bronze("days").of(DAY_BEFORE);
    Data after = before.of(DAY_AFTER);
    Data silver = after.in(Layer.silver);
    run(before);
    run(after);
    assertThat(scene.expected(before)).contains("\"rows\": 1,");
    assertThat(scene.expected(after)).contains("\"rows\": 2,");
    assertHolds(before);
    assertHolds(after);

    // Both events of one operation have the same time: the higher id is the later.
    assertThat(run(silver).stdout()).contains("note: bronze has no 2024-12-27");
    assertThat(scene.readWithPyarrow(silver)).contains("\"rows\": 2,");

    List<String> others =
        scene.objects(before).stream().filter(key -> !key.contains(DAY_AFTER)).toList();
    run(after);
    assertHolds(after);
    assertThat(scene.objects(before))
        .as("nothing of the other day has changed, nothing of the first run is left")
        .containsAll(others)
        .noneMatch(key -> key.contains(DAY_AFTER + "/run=000001-"));
  }

  @Test
  void aDayWithoutEventsIsASuccessThatSaysSo() {
    Data bronze = Data.bronze("empty").of(DAY_WITHOUT_EVENTS);
    Data silver = bronze.in(Layer.silver);
    assertThat(run(bronze).stdout()).contains("OK: 2024-12-29: no events that day");
    assertThat(run(silver).stdout()).contains("; no events that day");
    for (Data data : List.of(bronze, silver)) {
      assertThat(scene.readWithPyarrow(data)).contains("\"rows\": 0,");
    }
  }

  @Test
  void twoRunsAtOnceLeaveTheDataOfOne() {
    Data data = Data.bronze("race").of(DAY_AFTER);
    try (SparkContainer one = scene.writer(data);
        SparkContainer two = scene.writer(data)) {
      Stream.of(one, two).parallel().forEach(SparkContainer::start);
      List<Result> results = Stream.of(one, two).map(run -> run.awaitEnd(LIMIT)).toList();
      assertThat(results).anyMatch(result -> result.exitCode() == 0);
      assertThat(results)
          .allMatch(result -> result.exitCode() == 0 || result.output().contains("remedy: "));
    }
    assertHolds(data);
  }

  @Test
  void silverWithoutBronzeOfTheDayNamesIt() {
    Result result = scene.writer(new Data("none", Layer.silver, DAY_AFTER)).runToEnd(LIMIT);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output())
        .contains("bronze of '2024-12-28': expected a committed run in s3a://lake/none/bronze")
        .contains("remedy: run bronze_ingest with BUSINESS_DATE=2024-12-28 first");
  }

  @Test
  void aTableOfAnotherFormIsNamedWithAllDifferences() {
    scene.execute(
        "create table other as select id, operation_id, event_type, state, symbol, price::float8,"
            + " quantity::numeric, payload, created_at from outbox limit 1");
    Result result =
        scene.writer(Data.bronze("other")).withEnv("SOURCE_TABLE", "public.other").runToEnd(LIMIT);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output())
        .contains("column 'id': nullable, not bigint not null")
        .contains("column 'quantity': numeric, not numeric(38,18)")
        .contains("column 'price': double precision, not numeric(38,18)")
        .contains("no column 'note', which is text");
  }

  private static Result run(Data data) {
    return scene.writer(data).runToEnd(LIMIT).succeeded();
  }

  private static void assertHolds(Data data) {
    assertThat(scene.readWithPyarrow(data)).as(data.toString()).isEqualTo(scene.expected(data));
  }
}
