package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.AnswerGate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What bronze and silver make of days and tables. */
@Tag("full")
@Tag("stores")
class JobsIT {
  private static final Data BEFORE = Data.bronze("days").of("2024-12-26");
  private static final Data AFTER = BEFORE.of("2024-12-28");
  private static final Data WITHOUT_EVENTS = Data.bronze("empty").of("2024-12-29");
  private static final Data OLD = Data.bronze("old").of(BEFORE.date());

  private static final Duration LIMIT = Duration.ofMinutes(4);

  @AutoClose private static Scene scene;

  /** How the runs ended that are made in one process, in this order. */
  private static Map<String, Result> ended;

  @BeforeAll
  static void runTheJobsOnSomeDays() {
    scene = Scene.withRows(5000);
    scene.tool("python3", "/jobs/put_lake.py", "/jobs/lake-of-2fab63c", scene.url(OLD)).succeeded();
    ended =
        JobRun.all(
            scene,
            List.of(
                JobRun.of("day before", BEFORE),
                JobRun.of("day after", AFTER),
                JobRun.of("day after, again", AFTER),
                JobRun.of("silver without the day between", AFTER.in(Layer.silver)),
                JobRun.of("day between", BEFORE.of(Scene.DAY)),
                JobRun.of("silver", AFTER.in(Layer.silver)),
                JobRun.of("silver without bronze", WITHOUT_EVENTS.in(Layer.silver)),
                JobRun.of("no events", WITHOUT_EVENTS),
                JobRun.of("silver of an old lake", OLD.in(Layer.silver)),
                JobRun.of("old lake, again", OLD),
                JobRun.of("silver of no events", WITHOUT_EVENTS.in(Layer.silver))));
  }

  @Test
  void eachDayHasItsOwnEventsToTheMicrosecond() {
    ended.get("day before").succeeded();
    ended.get("day after").succeeded();
    assertThat(scene.expected(BEFORE)).contains("\"rows\": 1,");
    assertThat(scene.expected(AFTER)).contains("\"rows\": 2,");
    assertHolds(BEFORE);
    assertHolds(AFTER);
  }

  @Test
  void aSecondRunOfADayReplacesThatDayAndNoOther() {
    ended.get("day after, again").succeeded();
    assertThat(scene.objects(AFTER))
        .extracting(key -> key.replaceFirst(".*=(.*)/run=([0-9]+)/.*", "$1 $2"))
        .containsOnly(BEFORE.date() + " 000001", Scene.DAY + " 000001", AFTER.date() + " 000002");
  }

  /** Commit 2fab63c wrote its files: a run that committed, and a later one that was killed. */
  @Test
  void aLakeOfAnEarlierVersionIsReadAndContinued() {
    ended.get("silver of an old lake").succeeded();
    assertHolds(OLD.in(Layer.silver));
    ended.get("old lake, again").succeeded();
    assertHolds(OLD);
    assertThat(scene.objects(OLD)).isNotEmpty().allMatch(key -> key.contains("/run=000003/"));
  }

  /** Whether the store lets a second conditional PUT of a key through is asked, not assumed. */
  @Test
  void ofRunsThatCommitAtOnceOneCountsAndTheOthersAreToldWhereTheStoreCanTell()
      throws JsonProcessingException {
    String path = scene.url(Data.bronze("race"));
    Result result = scene.job("python3", "/jobs/race_to_commit.py", path).runToEnd(LIMIT);
    Races seen = new ObjectMapper().readValue(Scene.report(result), Races.class);
    assertThat(seen.second).as("status of a second conditional PUT").isIn(200, 412);
    for (Races.Day day : seen.races) {
      assertThat(day.found.values()).as(day.toString()).containsExactly(Races.ROWS);
      assertThat(day.ended.get(day.found.keySet().iterator().next())).isEqualTo("OK");
      List<String> told = day.ended.values().stream().filter(end -> !end.equals("OK")).toList();
      assertThat(told)
          .allMatch(end -> end.contains("at the same time, run=000001, counts instead"));
      if (seen.second == 412) {
        assertThat(told).as(day.toString()).hasSize(Races.RUNS - 1);
        assertThat(day.keys.stream().map(key -> key.replaceFirst("/[^/]*$", "")).distinct())
            .as("_COMMITTED and the files of one run")
            .hasSize(2);
      }
    }
    assertThat(seen.replaced.found).containsExactly(Map.entry(Races.RUNS, Races.ROWS));
    assertThat(seen.replaced.keys).allMatch(key -> key.startsWith("run=000002/"));
  }

  @Test
  void aStoreThatRefusesTheConditionIsAskedWithoutIt() {
    assumeFalse(
        scene.environment().get("S3_ENDPOINT").startsWith("https:"),
        "this store takes no empty objects over HTTP, which the gate speaks");
    Data data = Data.bronze("unconditional");
    try (AnswerGate gate =
        new AnswerGate(scene.network(), "gate", "(?i)if-none-match", "NotImplemented")) {
      scene.writer(data).withEnv("S3_ENDPOINT", gate.url()).runToEnd(LIMIT).succeeded();
    }
    assertHolds(data);
  }

  /** What {@code race_to_commit.py} prints; the runs' names are numbers. */
  record Races(int second, List<Day> races, Day replaced) {
    private static final int RUNS = 8;
    private static final int ROWS = 10;

    record Day(Map<Integer, String> ended, Map<Integer, Integer> found, List<String> keys) {}
  }

  /** Two events of the last operation have the same time: the one with the higher id counts. */
  @Test
  void silverHasTheLatestStatesOfAllDaysAndNamesADayThatIsMissing() {
    assertThat(ended.get("silver without the day between").succeeded().stdout())
        .contains("note: bronze has no 2024-12-27");
    assertThat(ended.get("silver").succeeded().stdout()).doesNotContain("note: ");
    assertHolds(AFTER.in(Layer.silver));
  }

  @Test
  void aDayWithoutEventsIsASuccessThatSaysSo() {
    assertThat(ended.get("no events").succeeded().stdout())
        .contains("OK: 2024-12-29: no rows that day");
    assertThat(ended.get("silver of no events").succeeded().stdout())
        .contains("; no rows that day");
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
            "bronze of '2024-12-29': expected a committed run in " + scene.url(WITHOUT_EVENTS),
            "remedy: run bronze_ingest with BUSINESS_DATE=2024-12-29 first");
  }

  private static void assertHolds(Data data) {
    assertThat(scene.readWithPyarrow(data)).as(data.toString()).isEqualTo(scene.expected(data));
  }
}
