package io.github.ldamasio.rbs.preflight.jdbc;

import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import io.github.ldamasio.rbs.preflight.network.Route;
import io.github.ldamasio.rbs.preflight.report.Secrets;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.Driver;

/** From a JDBC URL to a row of a table. Each step uses what the one before it opened. */
public final class JdbcChecks {
  private final String given;
  private final SparkSettings settings;
  private final Secrets secrets;
  private JdbcUrl url;
  private Connection connection;

  private JdbcChecks(String given, SparkSettings settings, Secrets secrets) {
    this.given = given;
    this.settings = settings;
    this.secrets = secrets;
  }

  /** The checks of a URL and, if there is one, of a table. */
  public static Series of(
      String url, Optional<String> table, SparkSettings settings, Secrets secrets) {
    JdbcChecks jdbc = new JdbcChecks(url, settings, secrets);
    List<Check> checks = new ArrayList<>();
    checks.add(Check.of("jdbc url", jdbc::parse));
    checks.add(Check.of("jdbc query mode", () -> jdbc.url.queryMode()));
    checks.add(Check.of("jdbc resolve", () -> jdbc.each(Route::resolve)));
    checks.add(Check.of("jdbc connect", () -> jdbc.each(Route::connect)));
    checks.add(Check.of("jdbc authenticate", jdbc::authenticate));
    checks.add(Check.of("jdbc select 1", jdbc::selectOne));
    table.ifPresent(secrets::name);
    table.ifPresent(name -> checks.add(Check.of("jdbc table", () -> jdbc.read(name))));
    return Series.of(checks);
  }

  private String parse() throws Failure {
    url = JdbcUrl.parse(given, settings, secrets);
    return "user '" + url.user() + "', database '" + url.database() + "'";
  }

  private String each(Step step) throws Failure, InterruptedException {
    List<String> found = new ArrayList<>();
    for (Endpoint endpoint : url.endpoints()) {
      found.add(step.take(endpoint));
    }
    return String.join("; ", found);
  }

  private String authenticate() throws Failure {
    try {
      connection = new Driver().connect(url.url(), url.properties());
      return "user '" + url.user() + "' may log in to '" + url.database() + "'";
    } catch (SQLException e) {
      throw JdbcFailures.of(url, e);
    }
  }

  private String selectOne() throws Failure {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select 1")) {
      row.next();
      return connection.getMetaData().getDatabaseProductName()
          + " "
          + connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw JdbcFailures.of(url, e);
    }
  }

  private String read(String table) throws Failure {
    try {
      return new Table(connection, table).read();
    } catch (SQLException e) {
      throw JdbcFailures.of(url, e);
    }
  }

  /** One step to a server. */
  private interface Step {
    String take(Endpoint endpoint) throws Failure, InterruptedException;
  }
}
