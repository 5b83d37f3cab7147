package io.github.ldamasio.rbs.defaults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link LakeCatalog}; {@code LakeIT} has those with Spark and PostgreSQL. */
class LakeCatalogTest {
  private static final Map<String, String> ALL =
      Map.of(
          "LAKE_JDBC_URL", "jdbc:postgresql://postgres:5432/lake",
          "LAKE_WAREHOUSE", "s3a://lake/warehouse",
          "LAKE_USER", "lake",
          "LAKE_PASSWORD", "secret");
  private static final String CATALOG = "spark.sql.catalog.lake";
  private static final String EXTENSIONS = "spark.sql.extensions";

  @Test
  void withoutVariablesThereIsNoCatalog() {
    assertThat(new LakeCatalog(name -> null).isAskedFor()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"LAKE_JDBC_URL", "LAKE_WAREHOUSE", "LAKE_USER", "LAKE_PASSWORD"})
  void aVariableThatIsMissingIsNamedOnOneLine(String missing) {
    LakeCatalog lake = lake(missing, "");
    assertThat(lake.isAskedFor()).isTrue();
    assertThat(lake.problem()).contains("found no " + missing + ";").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://postgres/lake?user=lake&password=hidden, no user and no password in it",
    "jdbc:postgresql://postgres/lake?user=hidden, no user and no password in it",
    "jdbc:postgresql://postgres/lake?ssl=true&password=hidden, no user and no password in it",
    "jdbc:postgresql://lake:hidden@postgres/lake, no user and no password in it",
    "jdbc:mysql://postgres/lake?password=hidden, jdbc:postgresql://HOST:PORT/DATABASE",
  })
  void aWrongUrlIsNamedWithoutItsSecrets(String url, String expected) {
    assertThat(lake("LAKE_JDBC_URL", url).problem())
        .contains("LAKE_JDBC_URL", expected)
        .doesNotContain("hidden")
        .hasLineCount(1);
  }

  @Test
  void noSettingHasThePassword() {
    LakeCatalog lake = new LakeCatalog(ALL::get);
    assertThat(lake.problem()).isEmpty();
    assertThat(lake.settings(name -> ""))
        .containsEntry(CATALOG + ".catalog-impl", LakeTables.class.getName())
        .containsEntry(CATALOG + ".uri", ALL.get("LAKE_JDBC_URL"))
        .containsEntry(CATALOG + ".warehouse", ALL.get("LAKE_WAREHOUSE"))
        .containsEntry(CATALOG + ".jdbc.user", "lake")
        .doesNotContainValue("secret");
  }

  @Test
  void aSettingOfTheJobStays() {
    Map<String, String> job = Map.of(CATALOG + ".warehouse", "s3a://other/place");
    assertThat(new LakeCatalog(ALL::get).settings(name -> job.getOrDefault(name, "")))
        .doesNotContainKey(CATALOG + ".warehouse")
        .containsKey(CATALOG);
  }

  @Test
  void aCatalogOfTheJobsOwnStays() {
    Map<String, String> job = Map.of(CATALOG, "org.example.Catalog");
    assertThat(new LakeCatalog(ALL::get).settings(name -> job.getOrDefault(name, ""))).isEmpty();
  }

  @Test
  void extensionsOfTheJobStayInFront() {
    Map<String, String> job = new TreeMap<>(Map.of(EXTENSIONS, "org.example.Own"));
    LakeCatalog lake = new LakeCatalog(ALL::get);
    job.putAll(lake.settings(name -> job.getOrDefault(name, "")));
    assertThat(job.get(EXTENSIONS)).matches("org\\.example\\.Own,org\\.apache\\.iceberg\\..+");
    job.keySet().removeIf(name -> name.startsWith(CATALOG));
    assertThat(lake.settings(name -> job.getOrDefault(name, ""))).doesNotContainKey(EXTENSIONS);
  }

  private static LakeCatalog lake(String variable, String value) {
    Map<String, String> all = new TreeMap<>(ALL);
    all.put(variable, value);
    return new LakeCatalog(all::get);
  }
}
