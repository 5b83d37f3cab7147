package io.github.ldamasio.rbs.defaults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.jdbc.JdbcClientPool;

/**
 * Iceberg's catalog in PostgreSQL, with one difference: a change whose answer is lost is not sent
 * again.
 *
 * <p>Iceberg repeats each statement whose connection breaks. If PostgreSQL has done a commit, and
 * was restarted before its answer came, the repeated commit finds the table changed, by itself.
 * Iceberg then takes it for another's, gives up, and deletes the manifests of the snapshot that
 * counts. Here it is {@link CommitStateUnknownException}, after which nothing is tried again and
 * nothing is deleted.
 */
public final class LakeTables extends JdbcCatalog {
  /** For Iceberg. */
  public LakeTables() {
    super(null, Connections::new, true);
  }

  private static final class Connections extends JdbcClientPool {
    Connections(Map<String, String> properties) {
      super(properties.get(CatalogProperties.URI), properties);
    }

    @Override
    public <R> R run(Action<R, Connection, SQLException> action, boolean retry)
        throws SQLException, InterruptedException {
      AtomicBoolean changes = new AtomicBoolean();
      return super.run(
          connection -> {
            try {
              return action.run(watched(connection, changes));
            } catch (SQLException e) {
              if (changes.get() && isConnectionException(e)) {
                throw new CommitStateUnknownException(e);
              }
              throw e;
            }
          },
          retry);
    }

    /** The same connection; what it is told of is whether a statement that changes rows is sent. */
    private static Connection watched(Connection connection, AtomicBoolean changes) {
      return (Connection)
          Proxy.newProxyInstance(
              LakeTables.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("prepareStatement")
                    && !((String) arguments[0]).stripLeading().startsWith("SELECT")) {
                  changes.set(true);
                }
                try {
                  return method.invoke(connection, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
