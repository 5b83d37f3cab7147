package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What bronze and silver make of the days, of a million events, and of runs that are killed. */
class JobsIT {
  private static final int MILLION = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Data BEFORE = Data.bronze("days").of("2024-12-26");
  private static final Data AFTER = BEFORE.of("2024-12-28");
  private static final Data WITHOUT_EVENTS = Data.bronze("empty").of("2024-12-29");
  private static final Data WITHOUT_BRONZE = AFTER.of("2024-12-27").in(Layer.silver);

  private static Scene scene;

  /** How the runs ended that are made in one process, in this order. */
  private static Map<String, Result> ended;

  @BeforeAll
  static void runTheJobsOnSomeDays() {
    scene = Scene.withRows(5000);
    scene.execute(
        "create table other as select id, operation_id, event_type, state, symbol, price::float8,"
            + " quantity::numeric, payload, created_at from outbox limit 1");
    ended =
        JobRun.all(
            scene,
            List.of(
                JobRun.of("day before", BEFORE),
                JobRun.of("day after", AFTER),
                JobRun.of("day after, again", AFTER),
                JobRun.of("silver", AFTER.in(Layer.silver)),
                JobRun.of("silver without bronze", WITHOUT_BRONZE),
                JobRun.of("no events", WITHOUT_EVENTS),
                JobRun.of("silver of no events", WITHOUT_EVENTS.in(Layer.silver)),
                JobRun.of("other table", Data.bronze("other"))
                    .with("SOURCE_TABLE", "public.other")));
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void eachDayHasItsOwnEventsToTheMicrosecond() {
    assertThat(scene.expected(BEFORE)).contains("\"rows\": 1,");
    assertThat(scene.expected(AFTER)).contains("\"rows\": 2,");
    assertHolds(BEFORE);
    assertHolds(AFTER);
  }

  @Test
  void aSecondRunOfADayReplacesThatDayAndNoOther() {
    ended.get("day after, again").succeeded();
    assertThat(scene.objects(AFTER))
        .extracting(key -> key.replaceFirst(".*=(.*)/run=(.*)-.*/.*", "$1 $2"))
        .containsOnly(BEFORE.date() + " 000001", AFTER.date() + " 000002");
  }

  /** Both events of one operation have the same time: the higher id is the later. */
  @Test
  void theHigherIdIsTheLaterEventAndAMissingDayIsSaid() {
    assertThat(ended.get("silver").succeeded().stdout()).contains("note: bronze has no 2024-12-27");
    assertThat(scene.readWithPyarrow(AFTER.in(Layer.silver))).contains("\"rows\": 2,");
  }

  @Test
  void aDayWithoutEventsIsASuccessThatSaysSo() {
    assertThat(ended.get("no events").succeeded().stdout())
        .contains("OK: 2024-12-29: no events that day");
    assertThat(ended.get("silver of no events").succeeded().stdout())
        .contains("; no events that day");
    for (Data data : List.of(WITHOUT_EVENTS, WITHOUT_EVENTS.in(Layer.silver))) {
      assertThat(scene.readWithPyarrow(data)).contains("\"rows\": 0,");
    }
  }

  @Test
  void silverWithoutBronzeOfTheDayNamesIt() {
    Result result = ended.get("silver without bronze").failed();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr())
        .contains(
            "bronze of '2024-12-27': expected a committed run in "
                + scene.url(WITHOUT_BRONZE.in(Layer.bronze)))
        .contains("remedy: run bronze_ingest with BUSINESS_DATE=2024-12-27 first");
  }

  @Test
  void aTableOfAnotherFormIsNamedWithAllDifferences() {
    Result result = ended.get("other table");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr())
        .contains("column 'id': nullable, not bigint not null")
        .contains("column 'quantity': numeric, not numeric(38,18)")
        .contains("column 'price': double precision, not numeric(38,18)")
        .contains("no column 'note', which is text");
  }

  @Test
  @Tag("full")
  void aMillionEventsAreWhatPostgresSays() {
    Data bronze = Data.bronze("million");
    try (Scene large = Scene.withRows(MILLION)) {
      assertThat(large.expected(bronze)).contains("\"rows\": " + MILLION + ",");
      for (Data data : List.of(bronze, bronze.in(Layer.silver))) {
        large.writer(data).runToEnd(LIMIT).succeeded();
        assertThat(large.readWithPyarrow(data)).as(data.toString()).isEqualTo(large.expected(data));
      }
    }
  }

  /** One of the four partitions is slow, so that the run is killed when it is half done. */
  @Test
  @Tag("full")
  void aKilledRunLeavesThePreviousDataAndTheNextLosesAndDoublesNothing() {
    Data data = Data.bronze("killed");
    scene.execute("create view first_events as select * from outbox where id <= 1000");
    scene.execute(
        "create view slow_outbox as select * from outbox"
            + " where id < 4930 or pg_sleep(0.1) is not null");
    scene.writer(data).withEnv("SOURCE_TABLE", "first_events").runToEnd(LIMIT).succeeded();
    String previous = scene.readWithPyarrow(data);
    assertThat(previous).contains("\"rows\": 1000,");
    List<String> before = scene.objects(data);

    try (SparkContainer killed = scene.writer(data).withEnv("SOURCE_TABLE", "slow_outbox")) {
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

    scene.writer(data).runToEnd(LIMIT).succeeded();
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
  @Tag("full")
  void twoRunsAtOnceLeaveTheDataOfOne() {
    Data data = Data.bronze("race").of(AFTER.date());
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

  private static void assertHolds(Data data) {
    assertThat(scene.readWithPyarrow(data)).as(data.toString()).isEqualTo(scene.expected(data));
  }
}
