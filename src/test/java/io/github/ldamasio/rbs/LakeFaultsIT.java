package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.TableFaults;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The jobs write tables, and lose their driver, an executor, PostgreSQL or the store in the middle
 * of a commit. Of each fault there is a table with three runs: {@code first} was before it, {@code
 * second} has met it, and {@code third} came after it. A reader reads all tables meanwhile.
 */
@Tag("full")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
class LakeFaultsIT {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final List<String> BRONZE =
      List.of("manifest", "pointer", "update", "answer", "restart", "lost_answer", "race", "busy");
  private static final List<String> SILVER =
      List.of(
          "silver_between", "silver_executor", "silver_answer", "silver_race", "silver_compacted");

  @AutoClose private static Scene scene;

  /** How the runs ended that were not killed. */
  private static final Map<String, Result> ended = new HashMap<>();

  private static JsonNode witnessed;

  @BeforeAll
  static void meetTheFaults() throws JsonProcessingException {
    scene = Scene.withRows(1000);
    scene.execute(
        "create view others as select id, operation_id, event_type, state, symbol, quantity, price,"
            + " payload, 'other'::text as note, created_at from outbox");
    List<String> bronze = Stream.concat(BRONZE.stream(), Stream.of("made")).toList();
    List<String> silver = Stream.concat(SILVER.stream(), Stream.of("silver_made")).toList();
    List<String> tables = Stream.concat(bronze.stream(), silver.stream()).toList();
    try (TableFaults faults = new TableFaults(scene);
        SparkContainer witness = faults.witness(tables)) {
      faults.write("first", BRONZE, SILVER);
      witness.start();
      faults.note("second");
      faults.kill(faults.bronze("manifest"), "request", "^PUT [^ ]*-m\\d+\\.avro", 1);
      faults.kill(faults.bronze("pointer"), "request", "^PUT [^ ]*\\.metadata\\.json", 1);
      faults.kill(faults.bronze("update"), "request", TableFaults.UPDATE, 1);
      faults.kill(faults.bronze("answer"), "answer", TableFaults.UPDATE, 1);
      faults.kill(faults.bronze("made"), "request", "INSERT INTO iceberg_tables", 1);
      ended.put("restart", faults.restart(faults.bronze("restart"), "request"));
      ended.put("lost_answer", faults.restart(faults.bronze("lost_answer"), "answer"));
      ended.put(
          "race",
          faults.race(
              faults.bronze("race"), faults.bronze("race").withEnv("SOURCE_TABLE", "others")));
      ended.put("busy", faults.busy("busy"));
      // After the commit of the MERGE, before that of what has been merged.
      faults.kill(faults.silver("silver_between"), "request", TableFaults.UPDATE, 2);
      ended.put("silver_executor", faults.loseExecutor("silver_executor"));
      ended.put("silver_answer", faults.restart(faults.silver("silver_answer"), "answer"));
      for (String table : List.of("silver_race", "silver_made")) {
        ended.put(table, faults.race(faults.silver(table), faults.silver(table)));
      }
      String compacted = "silver_compacted";
      ended.put(compacted, faults.race(faults.silver(compacted), faults.compaction(compacted)));
      faults.write("third", bronze, silver);
      witness.execute("touch", "/tmp/stop").succeeded();
      String report = Scene.report(witness.awaitEnd(LIMIT));
      witnessed = new ObjectMapper().readTree(report);
    }
  }

  /**
   * Of each table: the runs that a reader saw, in their order, and what the fault has left of
   * files.
   */
  @ParameterizedTest
  @CsvSource({
    "manifest, first third, data",
    "pointer, first third, data lists manifests",
    "update, first third, data lists manifests pointers",
    "answer, first second third, ''",
    "made, third, pointers",
    "restart, first third, data lists manifests pointers",
    "lost_answer, first second third, ''",
    "race, first other third, pointers",
    "busy, first third, data lists manifests",
    "silver_between, first second third, pointers",
    "silver_executor, first second third, ''",
    "silver_answer, first second third, ''",
    "silver_race, first second third, pointers",
    "silver_made, second third, pointers",
    "silver_compacted, first second third, pointers",
  })
  void aTableIsAlwaysThatOfOneRun(String table, String runs, String left) {
    JsonNode found = witnessed.at("/tables/" + TableFaults.name(table));
    String whole =
        (table.startsWith("silver") ? "201 rows of 201" : "1000 rows of 1000") + " ids of ";
    assertThat(texts(found.path("seen")))
        .isEqualTo(Stream.of(runs.split(" ")).map(whole::concat).toList());
    assertThat(texts(found.path("versions")))
        .as("all snapshots")
        .allMatch(one -> one.startsWith(whole));
    Set<String> orphans = new TreeSet<>();
    found.path("orphans").fieldNames().forEachRemaining(orphans::add);
    assertThat(String.join(" ", orphans)).isEqualTo(left);
    assertThat(texts(found.path("left"))).as("without a snapshot").isEmpty();
    assertThat(texts(found.path("missing"))).as("of a snapshot").isEmpty();
  }

  @Test
  void aRunThatEndsByAFaultSaysWhatCounts() {
    assertThat(ended.get("lost_answer").succeeded().stdout()).contains("OK: 2024-12-27: 1000 rows");
    ended.get("silver_executor").succeeded();
    ended.get("silver_compacted").succeeded();
    assertEnds("silver_answer", "expected the catalog's answer to a commit", "whether or not");
    assertEnds("silver_race", "others changed it at the same time", "run the job again");
    assertEnds("silver_made", "others changed it at the same time", "run the job again");
    assertEnds("restart", "expected the catalog's answer to a commit", "PostgreSQL");
    assertEnds("race", "another run of 2024-12-27 at the same time counts", "run the job again");
    assertEnds("busy", "Please reduce your request rate", "changed nothing, so run it again");
  }

  /** None but of a server that is being restarted. */
  @Test
  void aReaderGetsNoErrorOfATable() {
    assertThat(texts(witnessed.path("failures"))).isSubsetOf("PSQLException");
  }

  private static void assertEnds(String run, String cause, String remedy) {
    Result result = ended.get(run);
    List<String> lines =
        result
            .stdout()
            .lines()
            .filter(line -> line.matches("(bronze_ingest|silver_transform): .*"))
            .toList();
    assertFailed(result, String.join("\n", lines), cause, remedy);
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
