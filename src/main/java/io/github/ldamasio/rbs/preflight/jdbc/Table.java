package io.github.ldamasio.rbs.preflight.jdbc;

import io.github.ldamasio.rbs.preflight.check.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A table by the name that the job gives it: {@code table} or {@code schema.table}. */
final class Table {
  /** Undefined schema, invalid name, syntax error, unsupported: the name is not valid. */
  private static final List<String> NO_NAME = List.of("3F000", "42602", "42601", "0A000");

  private static final String DENIED = "42501";

  private final Connection connection;
  private final String name;

  Table(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /**
   * Reads from the table.
   *
   * @throws Failure if it does not exist, or if the user may not read it
   */
  String read() throws SQLException, Failure {
    try {
      return tryToRead();
    } catch (SQLException e) {
      if (DENIED.equals(e.getSQLState())) {
        throw new Failure(
            "table '" + name + "': this user must not read it (" + e.getMessage() + ")",
            "as its owner: grant select on "
                + name
                + " to the job's user, and usage on its schema, if that is another than public");
      }
      throw e;
    }
  }

  private String tryToRead() throws SQLException, Failure {
    String quoted = find();
    if (quoted == null) {
      throw missing();
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from " + quoted + " limit 1")) {
      return quoted + (rows.next() ? " has rows, " : " is empty, ") + columns(rows) + " columns";
    }
  }

  private static int columns(ResultSet rows) throws SQLException {
    return rows.getMetaData().getColumnCount();
  }

  /** The name as PostgreSQL writes it, quoted where it must be; null if there is no such table. */
  private String find() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?)::text")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    } catch (SQLException e) {
      if (NO_NAME.contains(e.getSQLState())) {
        return null;
      }
      throw e;
    }
  }

  private Failure missing() throws SQLException {
    return Nearest.to(name, all())
        .map(
            nearest ->
                new Failure(
                    "table '" + name + "': missing; the nearest name is '" + nearest + "'",
                    "correct the name, or create the table; what the user may not see is missing,"
                        + " too"))
        .orElseGet(
            () ->
                new Failure(
                    "table '" + name + "': missing; the user sees no table at all",
                    "check that this is the right database, and grant usage on the schema"));
  }

  private List<String> all() throws SQLException {
    String sql =
        "select case when pg_table_is_visible(c.oid) then '' else quote_ident(n.nspname) || '.' end"
            + " || quote_ident(c.relname)"
            + " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            + " where c.relkind in ('r', 'v', 'm', 'f', 'p')"
            + " and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"
            + " order by 1 limit 10000";
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
