package io.github.ldamasio.rbs.preflight.jdbc;

import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.network.NetworkFailures;
import java.io.IOException;
import java.sql.SQLException;

/**
 * What an error of the database stands for, by its SQLSTATE
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
final class JdbcFailures {

  private JdbcFailures() {}

  static Failure of(JdbcUrl url, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    String message = String.valueOf(e.getMessage());
    if (state.equals("28P01")) {
      return new Failure(
          "password of user '" + url.user() + "': the server does not accept it",
          "correct "
              + url.account().variables()
              + " in the Secret that the job reads, and start a new pod");
    }
    if (state.equals("3D000")) {
      return new Failure(
          "database '" + url.database() + "': missing on this server",
          "correct the database at the end of the JDBC URL's path, or create it");
    }
    if (message.contains("no password was provided") || message.contains("password-based")) {
      return new Failure(
          "password of user '" + url.user() + "': expected one, found none",
          "set " + url.account().password() + " from the job's Secret");
    }
    if (message.contains("does not support SSL")) {
      return new Failure(
          "TLS failed: the server offers none, and the URL demands it (sslmode)",
          "turn TLS on in the server (ssl = on), or remove sslmode from the URL");
    }
    if (message.contains("SSL root certificate")) {
      return new Failure(
          "sslmode '"
              + url.properties().getProperty("sslmode", "verify-full")
              + "': expected a root certificate that the server's is checked with, found none ("
              + message
              + ")",
          "give sslrootcert=FILE in the URL, or mount the CA's certificate as"
              + " /etc/rbs-spark/ca/NAME.crt (docs/ca.md)");
    }
    if (message.contains("could not be verified by hostnameverifier")) {
      return new Failure(
          "TLS failed, the server's certificate is for another name (" + message + ")",
          "use the name that the certificate is for, or sslmode=verify-ca, which does not compare"
              + " names");
    }
    if (state.equals("28000")) {
      return new Failure(
          "user '" + url.user() + "': the server rejects it from here (" + message + ")",
          "add a line for this user, database and network to the server's pg_hba.conf");
    }
    if (state.equals("53300") || state.equals("57P03")) {
      return new Failure(
          "server: accepts no connection now (" + message + ")",
          "wait until it has started or has a connection free; max_connections limits them");
    }
    if (message.contains("Connection attempt timed out")) {
      return new Failure(
          "server: no login within " + url.properties().getProperty("loginTimeout") + " s",
          "look at the load of the server and of this node; loginTimeout=SECONDS in the URL waits"
              + " longer");
    }
    if (e.getCause() instanceof IOException) {
      return NetworkFailures.of(url.endpoints().get(0), (IOException) e.getCause());
    }
    return new Failure(
        "SQLSTATE " + state + ": " + message,
        "look the state up in https://www.postgresql.org/docs/current/errcodes-appendix.html");
  }
}
