package io.github.ldamasio.rbs.preflight.jdbc;

import io.github.ldamasio.rbs.defaults.LakeCatalog;
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

/**
 * From a JDBC URL to a row of a table, or to the tables of a catalog. Each step uses what the one
 * before it opened.
 */
public final class JdbcChecks {
  private final String given;
  private final Account account;
  private final SparkSettings settings;
  private final Secrets secrets;
  private JdbcUrl url;
  private Connection connection;

  private JdbcChecks(String given, Account account, SparkSettings settings, Secrets secrets) {
    this.given = given;
    this.account = account;
    this.settings = settings;
    this.secrets = secrets;
  }

  /** The checks of a URL and, if there is one, of a table. */
  public static Series of(
      String url, Optional<String> table, SparkSettings settings, Secrets secrets) {
    JdbcChecks jdbc = new JdbcChecks(url, Account.SOURCE, settings, secrets);
    List<Check> checks = new ArrayList<>();
    checks.add(Check.of("jdbc url", jdbc::parse));
    checks.addAll(jdbc.way("jdbc"));
    checks.add(Check.of("jdbc select 1", jdbc::selectOne));
    table.ifPresent(secrets::name);
    table.ifPresent(name -> checks.add(Check.of("jdbc table", () -> jdbc.read(name))));
    return Series.of(checks);
  }

  /** The checks of the catalog that the environment describes and, if one is named, of a table. */
  public static Series ofCatalog(Optional<String> table, SparkSettings settings, Secrets secrets) {
    String url = settings.variable(LakeCatalog.URL).orElse("");
    JdbcChecks jdbc = new JdbcChecks(url, Account.CATALOG, settings, secrets);
    List<Check> checks = new ArrayList<>();
    checks.add(Check.of("catalog settings", jdbc::configure));
    checks.addAll(jdbc.way("catalog"));
    checks.add(Check.of("catalog schema", () -> jdbc.inCatalog(CatalogTables::schema)));
    table.ifPresent(secrets::name);
    checks.add(Check.of("catalog tables", () -> jdbc.inCatalog(tables -> tables.version(table))));
    return Series.of(checks);
  }

  private List<Check> way(String what) {
    return List.of(
        Check.of(what + " query mode", () -> url.queryMode()),
        Check.of(what + " resolve", () -> each(Route::resolve)),
        Check.of(what + " connect", () -> each(Route::connect)),
        Check.of(what + " authenticate", this::authenticate));
  }

  private String configure() throws Failure {
    Optional<String> obstacle =
        new LakeCatalog(name -> settings.variable(name).orElse("")).obstacle();
    if (obstacle.isPresent()) {
      String[] words = obstacle.get().split("; ", 2);
      throw new Failure(words[0], words[1]);
    }
    return parse();
  }

  private String inCatalog(Question question) throws Failure {
    try {
      return question.ask(new CatalogTables(connection, url.user()));
    } catch (SQLException e) {
      throw JdbcFailures.of(url, e);
    }
  }

  private String parse() throws Failure {
    url = JdbcUrl.parse(given, account, settings, secrets);
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

  /** What is to be known of a catalog. */
  private interface Question {
    String ask(CatalogTables tables) throws SQLException, Failure;
  }

  /** One step to a server. */
  private interface Step {
    String take(Endpoint endpoint) throws Failure, InterruptedException;
  }
}
