package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.JobRun;
import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Page;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What DuckDB and pyarrow read of a lake, by the programs of {@code docs}. */
@Tag("full")
class ReadersIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Path PAGE = Project.DIRECTORY.resolve("docs/jobs.md");
  private static final Path LAKE = Project.DIRECTORY.resolve("docs/lake.md");
  private static final String METADATA =
      "s3a://lake/warehouse/bronze/stop_events/metadata/00002-….metadata.json";
  private static final Path TOOLS = Project.DIRECTORY.resolve("src/test/jobs");
  private static final Data BEFORE = Data.bronze("readers").of("2024-12-26");
  private static final Data DAY = BEFORE.of(Scene.DAY);

  @TempDir private static Path duckdb;

  private static Scene scene;

  @BeforeAll
  static void start() {
    Command.run(
            Project.DIRECTORY,
            LIMIT,
            List.of(
                "python3",
                "-m",
                "pip",
                "--disable-pip-version-check",
                "install",
                "--quiet",
                "--require-hashes",
                "--only-binary=:all:",
                "--no-deps",
                "--target=" + duckdb,
                "--requirement=" + TOOLS.resolve("duckdb-requirements.txt")))
        .succeeded();
    scene = Scene.withRows(100);
    scene.execute("create view half as select * from outbox where id <= 50");
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void eachSeesWhatTheTableSays() throws JsonProcessingException {
    run(JobRun.of("first", BEFORE), JobRun.of("second", DAY));
    assertReads(
        Map.of(BEFORE.date(), 1, DAY.date(), 100), Map.of(BEFORE.date(), 1, DAY.date(), 100));

    scene.tool("python3", "/jobs/leave_half_a_run.py", path(), DAY.date()).succeeded();
    assertReads(
        Map.of(BEFORE.date(), 1, DAY.date(), 100), Map.of(BEFORE.date(), 1, DAY.date(), 125));

    run(JobRun.of("replaced", DAY).with("SOURCE_TABLE", "half"));
    assertReads(Map.of(BEFORE.date(), 1, DAY.date(), 50), Map.of(BEFORE.date(), 1, DAY.date(), 50));
  }

  private static void run(JobRun... runs) {
    JobRun.all(scene, List.of(runs)).values().forEach(result -> result.succeeded());
  }

  private static void assertReads(Map<String, Integer> committed, Map<String, Integer> glob)
      throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    String url = "s3://" + Scene.BUCKET + "/" + path();
    assertThat(
            duckdb(
                sql(PAGE, "read_json").replace("s3://lake/bronze", url),
                "select business_date, count(*) from read_parquet('"
                    + url
                    + "/business_date=*/run=*/*/*.parquet', hive_partitioning = true) group by all"))
        .isEqualTo(json.valueToTree(List.of(committed, glob)));
    String byPyarrow =
        scene
            .job(
                "python3",
                "/jobs/read_as_documented.py",
                "/docs/jobs.md",
                Scene.BUCKET + "/" + path())
            .withReadOnly(PAGE.getParent(), "/docs")
            .runToEnd(LIMIT)
            .succeeded()
            .stdout();
    assertThat(json.readTree(byPyarrow)).isEqualTo(json.valueToTree(committed));
  }

  /** What the page's program for DuckDB reads of the metadata that the page's query names. */
  @Test
  @EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
  void aTableIsReadOutsideTheImage() throws JsonProcessingException {
    Lake lake = Lake.in(scene);
    Map<String, String> table =
        Map.of("BRONZE_PATH", "", "BRONZE_TABLE", "lake.bronze.stop_events");
    List<JobRun> runs =
        List.of(
            new JobRun("first", BEFORE, table),
            new JobRun("second", DAY, table),
            new JobRun("replaced", DAY, table).with("SOURCE_TABLE", "half"));
    JobRun.all(scene, lake.environment(), runs).values().forEach(Result::succeeded);
    String query =
        "import psycopg2, sys; c = psycopg2.connect('').cursor(); c.execute(sys.argv[1]); print(*c.fetchone())";
    String metadata =
        scene
            .tool("python3", "-c", query, sql(LAKE, "iceberg_tables"))
            .succeeded()
            .stdout()
            .strip();
    String program = sql(LAKE, "iceberg_scan");
    assertThat(program).contains(METADATA);
    assertThat(duckdb(program.replace(METADATA, metadata)))
        .isEqualTo(
            new ObjectMapper().valueToTree(List.of(Map.of(BEFORE.date(), 1, DAY.date(), 50))));
  }

  /** The rows of each day, by each of these programs. */
  private static JsonNode duckdb(String... programs) throws JsonProcessingException {
    List<String> command = new ArrayList<>(List.of("env"));
    scene.environment().forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(
        List.of(
            "S3_ENDPOINT=http://" + scene.s3().address() + ":9000",
            "python3",
            "-B",
            TOOLS.resolve("read_with_duckdb.py").toString(),
            duckdb.toString()));
    command.addAll(List.of(programs));
    String read = Command.run(duckdb, LIMIT, command).succeeded().stdout();
    return new ObjectMapper().readTree(read);
  }

  /** The block of SQL in a page that has this word. */
  private static String sql(Path page, String word) {
    return Page.blocks(page, "sql").stream()
        .filter(sql -> sql.contains(word))
        .findFirst()
        .orElseThrow();
  }

  private static String path() {
    return scene.url(DAY).substring(("s3a://" + Scene.BUCKET + "/").length());
  }
}
