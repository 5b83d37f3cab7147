package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The catalog {@code lake} by four variables of the environment, made and used as {@code
 * docs/lake.md} says.
 */
@Tag("full")
@Tag("phase")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
class LakeIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String JOB = "/jobs/lake_tables.py";

  @AutoClose private static Scene scene;
  private static Lake lake;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(1);
    // A table of this name that another role has is not this catalog's.
    scene.execute("create table public.iceberg_tables (of text)");
    lake = Lake.in(scene);
  }

  @ParameterizedTest
  @CsvSource({"python3", "spark-submit"})
  void aTableIsChangedAndReadAsItWas(String way) {
    assertWorks(job(way, JOB, way.replace('-', '_')).runToEnd(LIMIT), 1);
  }

  @Test
  void executorsNeedNothingOfIt() {
    try (StandaloneCluster cluster = new StandaloneCluster(scene.network(), "lakeworker")) {
      assertWorks(job(cluster.submit("512m", "--verbose", JOB, "cluster")).runToEnd(LIMIT), 2);
    }
  }

  /** As the page says, and with what it shows. */
  @Test
  void thePagesSqlWorks() {
    Result result = lake.sparkSql(Lake.sql().get(1)).runToEnd(LIMIT);
    assertThat(result.succeeded().stdout()).isEqualTo("2\tFILLED\n1\tPLACED\n2\tPLACED\n");
  }

  @ParameterizedTest
  @CsvSource({
    "LAKE_PASSWORD, '', found no LAKE_PASSWORD;",
    "LAKE_JDBC_URL, jdbc:postgresql://postgres/db?password=hidden, expected no user and no password in it",
  })
  void aWrongVariableIsOneLineAndOtherWorkGoesOn(String variable, String value, String expected) {
    Result result =
        job("spark-sql", "-e", "select 1").withEnv(variable, value).runToEnd(LIMIT).succeeded();
    assertThat(result.stdout()).isEqualTo("1\n");
    assertThat(result.stderr().lines().filter(line -> line.contains("LAKE_")))
        .singleElement()
        .asString()
        .contains(expected)
        .doesNotContain("hidden");
  }

  /**
   * Its HTTP clients are for REST catalogs; its Jackson reads trees, by blocking parsers. {@code
   * docs/security.md} rests on this test.
   */
  @Test
  void tablesNeedOfIcebergNoHttpClientAndNoBeansOfJackson() {
    String shaded = " org.apache.iceberg.shaded.";
    // The verifier loads classes that nothing uses; only those that are used are initialized.
    String log = "--driver-java-options=-Xlog:class+load,class+init:stdout";
    String used = " Initializing 'org/apache/iceberg/shaded/com/fasterxml/jackson/";
    Result result = job("spark-submit", log, JOB, "classes").runToEnd(LIMIT).succeeded();
    assertThat(result.stdout().lines())
        .filteredOn(line -> line.contains(shaded) || line.contains(used))
        .anyMatch(line -> line.contains(used + "databind/ObjectMapper'"))
        .noneMatch(line -> line.contains(shaded + "org.apache.hc."))
        .noneMatch(line -> line.contains(used + "core/json/async/"))
        .noneMatch(line -> line.contains(".jackson.databind.jsontype.BasicPolymorphic"))
        .noneMatch(line -> line.matches(".*\\.jackson\\.databind\\.jsontype\\.impl\\.As.*"))
        .noneMatch(line -> line.contains(used + "databind/deser/BeanDeserializerBase'"));
  }

  private static void assertWorks(Result result, int processes) {
    assertThat(Scene.report(result))
        .isEqualTo(
            """
            {"inserted": {"1": "new", "2": "new"}, "merged": {"1": "new", "2": "done", "3": "new"}, \
            "before": {"1": "new", "2": "new"}, "taken back": {"1": "new", "2": "new"}, "snapshots": 2, \
            "executors": %d, "LAKE_PASSWORD": [], "LAKE_JDBC_URL": ["events", "settings"]}"""
                .formatted(processes));
    assertThat(result.output()).doesNotContain(Lake.PASSWORD);
  }

  private static SparkContainer job(String... command) {
    return scene.job(command).withEnv(lake.environment());
  }
}
