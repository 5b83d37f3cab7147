package io.github.ldamasio.rbs.preflight.jdbc;

import static java.util.stream.Collectors.joining;

import io.github.ldamasio.rbs.preflight.check.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tables of Iceberg's JDBC catalog. It creates them, and adds the column that those of version
 * V0 lack, where the role may do so.
 */
final class CatalogTables {
  private static final String TABLES = "iceberg_tables";
  private static final String PROPERTIES = "iceberg_namespace_properties";

  /** The column that version V1 has, and V0 has not. */
  private static final String TYPE = "iceberg_type";

  private static final List<String> COLUMNS =
      List.of(
          "catalog_name",
          "table_namespace",
          "table_name",
          "metadata_location",
          "previous_metadata_location");

  private final Connection connection;
  private final String user;

  CatalogTables(Connection connection, String user) {
    this.connection = connection;
    this.user = user;
  }

  /**
   * Looks for the schema in which the tables are, or will be.
   *
   * @throws Failure if there is none, or if the tables are missing and the role may not create them
   */
  String schema() throws SQLException, Failure {
    String schema = one("select current_schema()");
    String remedy =
        String.format(
            "as the administrator of the database: create schema lake authorization \"%s\";"
                + " alter role \"%s\" set search_path = lake",
            user, user);
    if (schema == null) {
      throw failure(
          "search_path '%s' of role '%s': expected a schema that is there and that the role may use,"
              + " found none",
          one("show search_path"), remedy);
    }
    List<String> missing = absent();
    if (missing.isEmpty()) {
      return "schema '" + schema + "' has the catalog's tables";
    }
    if (!isTrue("select has_schema_privilege(current_schema(), 'create')")) {
      throw failure(
          "schema '%s': role '%s' may create no tables in it, and it has no " + missing.get(0),
          schema,
          remedy);
    }
    String elsewhere =
        one(
            "select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                + " where c.relname = ?"
                + " and has_table_privilege(c.oid, 'select, insert, update, delete')",
            missing.get(0));
    if (elsewhere != null) {
      throw failure(
          "schema '%s': is not in the search_path of role '%s', which may use its "
              + missing.get(0)
              + ", so Iceberg finds that and cannot read it",
          elsewhere,
          "take the role's rights on it away, or set search_path to that schema");
    }
    return "schema '" + schema + "'; the first job creates the catalog's tables";
  }

  /**
   * Looks at the tables, if they are there.
   *
   * @param table a table of Iceberg's, as Spark's SQL names it
   * @throws Failure if they are not as Iceberg needs them, or the role may not change them
   */
  String version(Optional<String> table) throws SQLException, Failure {
    if (absent().contains(TABLES)) {
      return "none yet";
    }
    List<String> columns =
        all(
            "select attname from pg_attribute where attrelid = to_regclass(?)"
                + " and attnum > 0 and not attisdropped",
            TABLES);
    String lacking =
        COLUMNS.stream().filter(name -> !columns.contains(name)).collect(joining(", "));
    if (!lacking.isEmpty()) {
      throw new Failure(
          "table '" + TABLES + "': expected the columns of Iceberg's catalog, found no " + lacking,
          "give the catalog a schema of its own: alter role \"" + user + "\" set search_path = …");
    }
    checkRights();
    if (!columns.contains(TYPE)) {
      throw earlier();
    }
    List<String> names =
        all(
            "select catalog_name || '.' || table_namespace || '.' || table_name from "
                + TABLES
                + " where catalog_name = 'lake'");
    return "V1, "
        + names.size()
        + " tables"
        + table
            .map(
                name -> names.contains(name) ? ", with " + name : "; " + name + " is not there yet")
            .orElse("");
  }

  private void checkRights() throws SQLException, Failure {
    for (String name : List.of(TABLES, PROPERTIES)) {
      List<String> denied = new ArrayList<>();
      for (String right : List.of("select", "insert", "update", "delete")) {
        if (isTrue("select not has_table_privilege(to_regclass(?), '" + right + "')", name)) {
          denied.add(right);
        }
      }
      if (!denied.isEmpty()) {
        throw new Failure(
            "table '" + name + "': role '" + user + "' must not " + String.join(", ", denied),
            "as its owner: grant select, insert, update, delete on "
                + name
                + " to \""
                + user
                + "\"; a driver that only reads needs select alone");
      }
    }
  }

  private Failure earlier() throws SQLException {
    String found =
        "table '"
            + TABLES
            + "': expected version V1 of Iceberg's catalog, found V0, which has no column "
            + TYPE;
    return isTrue(
            "select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass(?)",
            TABLES)
        ? Failure.warning(
            found,
            "none: the first job adds it; programs that know V0 alone find their tables as before")
        : new Failure(
            found + ", and role '" + user + "' may not add it",
            "as its owner: alter table " + TABLES + " add column " + TYPE + " varchar(5)");
  }

  private Failure failure(String cause, String what, String remedy) {
    return new Failure(String.format(cause, what, user), remedy);
  }

  private List<String> absent() throws SQLException {
    List<String> names = new ArrayList<>();
    for (String name : List.of(TABLES, PROPERTIES)) {
      if (one("select to_regclass(?)::text", name) == null) {
        names.add(name);
      }
    }
    return names;
  }

  private boolean isTrue(String sql, String... values) throws SQLException {
    return "t".equals(one(sql, values));
  }

  private String one(String sql, String... values) throws SQLException {
    List<String> found = all(sql, values);
    return found.isEmpty() ? null : found.get(0);
  }

  private List<String> all(String sql, String... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      List<String> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return found;
    }
  }
}
