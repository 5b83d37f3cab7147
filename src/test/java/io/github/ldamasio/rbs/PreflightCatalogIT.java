package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rbs-preflight --catalog} with a real PostgreSQL and a real store. */
@Tag("full")
@Tag("phase")
@Tag("tables")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
class PreflightCatalogIT {
  /** What Iceberg's version V0 makes, as the role or as another. */
  private static final String V0 =
      """
      create table %1$s.iceberg_tables (catalog_name varchar(255) not null, table_namespace varchar(255) not null,
        table_name varchar(255) not null, metadata_location varchar(1000), previous_metadata_location varchar(1000),
        primary key (catalog_name, table_namespace, table_name));
      create table %1$s.iceberg_namespace_properties (catalog_name varchar(255) not null, namespace varchar(255) not null,
        property_key varchar(255), property_value varchar(1000), primary key (catalog_name, namespace, property_key));
      """;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @AutoClose private static Scene scene;
  private static Lake lake;
  private static String role;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(1);
    lake = Lake.in(scene);
    role = lake.environment().get("LAKE_USER");
  }

  @AfterEach
  void reset() {
    scene.execute(
        "alter role %s set search_path = lake; drop table if exists lake.iceberg_tables, "
                .formatted(role)
            + "lake.iceberg_namespace_properties, public.iceberg_tables, public.iceberg_namespace_properties");
  }

  @Test
  void whatWorksHoldsBeforeTheFirstJobAndAfterIt() {
    assertThat(preflight(Map.of()).holds().lines("OK"))
        .anyMatch(line -> line.matches("catalog schema .* the first job creates .*"))
        .anyMatch(line -> line.matches("catalog tables .* none yet"))
        .anyMatch(line -> line.matches("warehouse delete .*"));
    lake.sparkSql("create namespace lake.demo; create table lake.demo.orders (id int)")
        .runToEnd(LIMIT)
        .succeeded();
    assertThat(preflight(Map.of(), "--catalog=lake.demo.orders").holds().lines("OK"))
        .anyMatch(line -> line.matches("catalog tables .* V1, 1 tables, with lake.demo.orders"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LAKE_PASSWORD | '' | catalog settings | found no LAKE_PASSWORD | set them all, or none",
        "LAKE_PASSWORD | wrong-of-lake | catalog authenticate | password of user 'lake_scene | correct LAKE_USER and LAKE_PASSWORD",
        "LAKE_USER | nobody | catalog authenticate | password of user 'nobody' | correct LAKE_USER and LAKE_PASSWORD",
        "LAKE_JDBC_URL | jdbc:postgresql://postgres:5433/x | catalog connect | connection refused | start the server",
        "LAKE_JDBC_URL | jdbc:postgresql://postgres:5432/nothing | catalog authenticate | database 'nothing': missing | create it",
        "LAKE_WAREHOUSE | s3a://nobucket/x | warehouse list | bucket 'nobucket': missing | create it",
        "LAKE_WAREHOUSE | /tmp/lake | warehouse settings | expected s3a://BUCKET/PREFIX | write it",
      })
  void whatStopsOnTheWayIsNamed(
      String variable, String value, String check, String cause, String remedy) {
    preflight(Map.of(variable, value)).failsOnlyFor(check, cause, remedy);
  }

  @Test
  void aSearchPathWithoutASchemaIsNamed() {
    scene.execute("alter role " + role + " set search_path = nothing");
    preflight(Map.of())
        .failsOnlyFor(
            "catalog schema", "search_path 'nothing' of role '" + role, "create schema lake");
  }

  @Test
  void aSchemaInWhichTheRoleMayNotCreateIsNamed() {
    scene.execute("alter role " + role + " set search_path = public");
    preflight(Map.of())
        .failsOnlyFor("catalog schema", "schema 'public': role '" + role, "create schema lake");
  }

  @Test
  void tablesThatTheRoleMayUseAndDoesNotSeeAreNamed() {
    scene.execute(V0.formatted("public") + "grant select on public.iceberg_tables to " + role);
    preflight(Map.of())
        .failsOnlyFor(
            "catalog schema", "schema 'public': is not in the search_path", "set search_path");
  }

  @Test
  void tablesOfAnEarlierVersionAreToldApartByWhoMayChangeThem() {
    scene.execute(
        V0.formatted("lake")
            + "grant select, insert, update, delete on all tables in schema lake to "
            + role);
    preflight(Map.of())
        .failsOnlyFor(
            "catalog tables",
            "found V0, which has no column iceberg_type",
            "alter table iceberg_tables add column");
    scene.execute("alter table lake.iceberg_tables owner to " + role);
    PreflightRun warned = preflight(Map.of());
    warned.result().succeeded();
    assertThat(warned.lines("WARN"))
        .singleElement()
        .asString()
        .contains("catalog tables", "found V0");
  }

  @Test
  void aRightThatIsMissingIsNamed() {
    scene.execute(
        V0.formatted("lake") + "grant select, insert on all tables in schema lake to " + role);
    preflight(Map.of())
        .failsOnlyFor(
            "catalog tables",
            "'iceberg_tables': role '" + role + "' must not update, delete",
            "grant select, insert, update, delete on iceberg_tables");
  }

  @Test
  void anotherTableOfThisNameIsNamed() {
    scene.execute("create table lake.iceberg_tables (catalog_name text)");
    scene.execute("create table lake.iceberg_namespace_properties (catalog_name text)");
    scene.execute("grant all on all tables in schema lake to " + role);
    preflight(Map.of())
        .failsOnlyFor("catalog tables", "found no table_namespace, table_name", "of its own");
  }

  private static PreflightRun preflight(Map<String, String> variables, String... arguments) {
    Map<String, String> all = new TreeMap<>(lake.environment());
    all.putAll(variables);
    List<String> words = new ArrayList<>();
    all.forEach((name, value) -> words.add(name + "=" + value));
    words.add(PreflightRun.endpoint(scene.environment().get("S3_ENDPOINT")));
    words.addAll(arguments.length == 0 ? List.of("--catalog") : List.of(arguments));
    PreflightRun run = PreflightRun.of(scene, words.toArray(String[]::new));
    assertThat(run.result().output()).doesNotContain(Lake.PASSWORD, "wrong-of-lake");
    return run;
  }
}
