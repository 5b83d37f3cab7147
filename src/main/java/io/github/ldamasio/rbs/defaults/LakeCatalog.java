package io.github.ldamasio.rbs.defaults;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The catalog {@code lake} of Iceberg tables that the environment describes: its pointers are in
 * PostgreSQL, its files in the warehouse. {@code docs/lake.md} has the variables.
 *
 * <p>The password is none of Spark's settings, so no event log, page or configuration can show it:
 * {@link LakePassword} gives it to PostgreSQL's driver when that asks for it.
 */
public final class LakeCatalog {
  public static final String URL = "LAKE_JDBC_URL";
  public static final String WAREHOUSE = "LAKE_WAREHOUSE";
  public static final String USER = "LAKE_USER";
  public static final String PASSWORD = "LAKE_PASSWORD";
  private static final List<String> VARIABLES = List.of(URL, WAREHOUSE, USER, PASSWORD);

  private static final String CATALOG = "spark.sql.catalog.lake";
  private static final String EXTENSIONS = "spark.sql.extensions";
  private static final String ICEBERG_CATALOG = "org.apache.iceberg.spark.SparkCatalog";

  // Its name alone, since phase0 cannot load it.
  private static final String LAKE_TABLES = "io.github.ldamasio.rbs.defaults.LakeTables";
  private static final String ICEBERG_EXTENSIONS =
      "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions";

  /** What a driver says whose image has no Iceberg. */
  private static final String NOT_POSSIBLE =
      "LAKE_JDBC_URL and the like: expected an image with Iceberg, found one without; use"
          + " 3.5.0-phase1 or 3.5.0-prod";

  private final UnaryOperator<String> environment;

  /**
   * @param environment the value of each variable; null if it is not set
   */
  public LakeCatalog(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /** Whether a variable of the catalog is set. */
  boolean isAskedFor() {
    return VARIABLES.stream().anyMatch(name -> !value(name).isEmpty());
  }

  /** Why there can be no catalog; on one line, {@code cause; remedy}, without any secret. */
  public Optional<String> obstacle() {
    String problem = isPossible() ? problem() : NOT_POSSIBLE;
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }

  /** What is wrong with the variables; empty if nothing is. */
  String problem() {
    String missing =
        VARIABLES.stream().filter(name -> value(name).isEmpty()).collect(joining(", "));
    if (!missing.isEmpty()) {
      return "catalog 'lake': expected "
          + String.join(", ", VARIABLES)
          + ", found no "
          + missing
          + "; set them all, or none";
    }
    if (!value(URL).startsWith("jdbc:postgresql:")) {
      return wrong(URL, "jdbc:postgresql://HOST:PORT/DATABASE", "another URL", "correct it");
    }
    if (value(URL).matches(".*[?&](user|password)=.*|.*//[^/?]*@.*")) {
      return wrong(
          URL, "no user and no password in it", "one", "give them as LAKE_USER and " + PASSWORD);
    }
    return "";
  }

  /** A problem with a variable; its value is not named, since a secret may be in it. */
  private static String wrong(String name, String expected, String found, String remedy) {
    return name + ": expected " + expected + ", found " + found + "; " + remedy;
  }

  /**
   * The settings of Spark that make the catalog; none if the job has a catalog of this name itself.
   *
   * @param settings the value of each of the job's settings, empty if it has none
   */
  Map<String, String> settings(UnaryOperator<String> settings) {
    Map<String, String> all = new LinkedHashMap<>();
    if (!settings.apply(CATALOG).isEmpty()) {
      return all;
    }
    all.put(CATALOG, ICEBERG_CATALOG);
    all.put(CATALOG + ".catalog-impl", LAKE_TABLES);
    all.put(CATALOG + ".uri", value(URL));
    all.put(CATALOG + ".warehouse", value(WAREHOUSE));
    all.put(CATALOG + ".jdbc.user", value(USER));
    all.put(CATALOG + ".jdbc.authenticationPluginClassName", LakePassword.class.getName());
    // The form of the catalog's tables in which views are possible, too.
    all.put(CATALOG + ".jdbc.schema-version", "V1");
    // Another lake's tables in the same database, which this role may not read, are not its own.
    all.put(CATALOG + ".jdbc.hideUnprivilegedObjects", "true");
    // Seconds in which a server that is gone is noticed; the URL may have others.
    all.put(CATALOG + ".jdbc.socketTimeout", "120");
    all.keySet().removeIf(name -> !settings.apply(name).isEmpty());
    String others = settings.apply(EXTENSIONS);
    if (!List.of(others.split(",")).contains(ICEBERG_EXTENSIONS)) {
      all.put(
          EXTENSIONS, others.isEmpty() ? ICEBERG_EXTENSIONS : others + "," + ICEBERG_EXTENSIONS);
    }
    return all;
  }

  /** Whether this image has Iceberg. */
  private static boolean isPossible() {
    String resource = "/" + ICEBERG_CATALOG.replace('.', '/') + ".class";
    return LakeCatalog.class.getResource(resource) != null;
  }

  private String value(String name) {
    String value = environment.apply(name);
    return value == null ? "" : value;
  }
}
