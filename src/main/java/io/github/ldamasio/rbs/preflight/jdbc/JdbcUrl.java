package io.github.ldamasio.rbs.preflight.jdbc;

import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import io.github.ldamasio.rbs.preflight.report.Secrets;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A URL of PostgreSQL's driver with the user and the password that the job will have: those in the
 * URL, else those of the environment. Immutable.
 */
final class JdbcUrl {
  private final String url;
  private final Account account;
  private final Properties properties;

  private JdbcUrl(String url, Account account, Properties properties) {
    this.url = url;
    this.account = account;
    this.properties = properties;
  }

  /**
   * Reads a URL as the driver does.
   *
   * @throws Failure if it is no such URL
   */
  static JdbcUrl parse(String url, Account account, SparkSettings settings, Secrets secrets)
      throws Failure {
    tellSecrets(url, secrets);
    if (url.split("\\?")[0].contains("@")) {
      throw new Failure(
          "JDBC URL '" + withoutSecrets(url) + "': expected no user and password before the host",
          "give them as " + account.variables() + "; PostgreSQL's driver reads none there");
    }
    Properties defaults = new Properties();
    settings.variable(account.user()).ifPresent(user -> defaults.setProperty("user", user));
    settings
        .variable(account.password())
        .ifPresent(password -> defaults.setProperty("password", password));
    // Within a check's limit, so that it is the driver that says what did not answer.
    defaults.setProperty("connectTimeout", "5");
    defaults.setProperty("loginTimeout", "8");
    defaults.setProperty("socketTimeout", "8");
    Properties properties = Driver.parseURL(url, defaults);
    if (properties == null) {
      throw new Failure(
          "JDBC URL '" + withoutSecrets(url) + "': expected jdbc:postgresql://HOST:PORT/DATABASE",
          "correct the URL (https://jdbc.postgresql.org/documentation/use/)");
    }
    secrets.add(properties.getProperty("password"));
    for (String name : List.of("PGHOST", "PGDBNAME", "user")) {
      secrets.name(properties.getProperty(name));
    }
    return new JdbcUrl(url, account, properties);
  }

  String url() {
    return url;
  }

  Properties properties() {
    return (Properties) properties.clone();
  }

  Account account() {
    return account;
  }

  String user() {
    return properties.getProperty("user", "");
  }

  String database() {
    return properties.getProperty("PGDBNAME", user());
  }

  /**
   * How the driver sends parameters: beside the SQL, or in the simple mode as part of it. The
   * driver takes a name that it does not know for the default. Here the simple mode is refused in
   * every spelling, since that is what was meant.
   *
   * @throws Failure if it is the simple one
   */
  String queryMode() throws Failure {
    String mode = properties.getProperty("preferQueryMode", "extended");
    if (mode.trim().equalsIgnoreCase("simple")) {
      throw new Failure(
          "JDBC URL: preferQueryMode 'simple' lets data become SQL (CVE-2024-1597)",
          "remove preferQueryMode from the URL; the default, extended, is not affected"
              + " (https://github.com/pgjdbc/pgjdbc/security/advisories/GHSA-24rp-q3w6-vc56)");
    }
    return mode;
  }

  /** The servers that the driver may connect to. */
  List<Endpoint> endpoints() {
    String[] hosts = properties.getProperty("PGHOST").split(",");
    String[] ports = properties.getProperty("PGPORT").split(",");
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < hosts.length; i++) {
      endpoints.add(new Endpoint(hosts[i], Integer.parseInt(ports[i])));
    }
    return List.copyOf(endpoints);
  }

  private static void tellSecrets(String url, Secrets secrets) {
    int query = url.indexOf('?');
    if (query < 0) {
      return;
    }
    for (String parameter : url.substring(query + 1).split("&")) {
      String[] words = parameter.split("=", 2);
      if (words.length == 2) {
        secrets.addIfSecret(words[0], words[1]);
        secrets.addIfSecret(words[0], decoded(words[1]));
      }
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Without the parameters, and without what stands before an @, as in other databases' URLs. */
  static String withoutSecrets(String url) {
    return url.replaceFirst("\\?.*", "?…").replaceFirst("//.*@", "//***@");
  }
}
