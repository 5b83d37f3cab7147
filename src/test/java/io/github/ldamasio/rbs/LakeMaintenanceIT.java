package io.github.ldamasio.rbs;

import static io.github.ldamasio.rbs.scene.JobAssertions.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code table_maintenance.py} beside those who use the tables. */
@Tag("full")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
class LakeMaintenanceIT {
  private static final Duration LIMIT = Duration.ofMinutes(6);

  @AutoClose private static Scene scene;
  private static Lake lake;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(1000);
    lake = Lake.in(scene);
  }

  /** While days are replaced and read; then what a killed run left, and nothing the second time. */
  @Test
  void rowsStayWholeBesideAWriterAndAReader() {
    Result result =
        job("python3", "/jobs/maintain_beside_writer.py", "lake.kept.days").runToEnd(LIMIT);
    assertThat(Scene.report(result))
        .as(result.stderr())
        .isEqualTo(
            """
            {"beside": {"errors": [], "reads": true, "not whole": [], "compacted": true, "as written": true}, \
            "alone": {"did": ["compacted", "manifests", "orphans", "removed", "snapshots"], "kept by age": 0, \
            "others": [], "missing": [], "as written": true, "tag": true, "again": "nothing to do in 1 tables", \
            "changed nothing": true, "left beside another": true}}""");
  }

  /** All tables of the catalog, as the jobs write them, by the program as it is. */
  @Test
  void theJobsTablesAreCompactedAndASecondRunHasNothingToDo() {
    Data day = Data.bronze("maintained");
    job("spark-submit", Layer.bronze.job())
        .withEnv("BUSINESS_DATE", day.date())
        .withEnv("JDBC_PARTITIONS", "8")
        .withEnv("BRONZE_TABLE", "lake.all.bronze")
        .runToEnd(LIMIT)
        .succeeded();
    lake.sparkSql("create namespace lake.all.bronze; create table lake.all.bronze.below (id int)")
        .runToEnd(LIMIT)
        .succeeded();
    assertThat(maintenance("").succeeded().stdout())
        .contains("lake.all.bronze: made 1 files of 8 with ")
        .contains("lake.all.bronze: made other files of 8 small ones\n")
        .contains("note: lake.all.bronze: removes no files that no snapshot has")
        .contains("lake.all.bronze.below: nothing to do\n");
    assertThat(maintenance("lake.all.bronze, lake.all.bronze.below").succeeded().stdout())
        .contains("nothing to do in 2 tables");
    Result rows =
        job("spark-submit", "/jobs/read_table.py", "lake.all.bronze", day.date()).runToEnd(LIMIT);
    assertThat(Scene.report(rows)).isEqualTo(scene.expected(day));
  }

  @Test
  void aTableThatIsMissingIsNamed() {
    Result result = maintenance("lake.all.nothing");
    assertFailed(result, result.stderr(), "found no lake.all.nothing", "the catalog has ");
  }

  private static Result maintenance(String tables) {
    return job("python3", "/opt/rbs-spark/jobs/table_maintenance.py")
        .withEnv("LAKE_TABLES", tables)
        .runToEnd(LIMIT);
  }

  private static SparkContainer job(String... command) {
    return scene.job(command).withEnv(lake.environment());
  }
}
