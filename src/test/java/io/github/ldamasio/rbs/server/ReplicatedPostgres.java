package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import java.util.Map;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A PostgreSQL primary at {@code replicated:5433} and its streaming replica at {@code
 * replicated:5432}, of the version of {@link PostgresServer}, for its user and any password. A
 * statement returns when the replica has applied what it did. The replica does not wait for a query
 * that is in the way of that, but cancels it.
 */
public final class ReplicatedPostgres implements AutoCloseable {
  /** The replica begins with a copy of the new cluster and streams all that has happened since. */
  private static final String START =
      """
      set -eu
      /pg/bin/initdb --pgdata /tmp/primary --username "$PGUSER" --auth trust --encoding UTF8 --no-locale > /tmp/log
      echo 'host all all 0.0.0.0/0 trust' >> /tmp/primary/pg_hba.conf
      cp -a /tmp/primary /tmp/replica
      touch /tmp/replica/standby.signal
      cat >> /tmp/primary/postgresql.conf <<END
      port = 5433
      listen_addresses = '*'
      unix_socket_directories = '/tmp'
      synchronous_standby_names = '*'
      synchronous_commit = remote_apply
      END
      /pg/bin/pg_ctl start --wait --silent --pgdata /tmp/primary --log /tmp/log
      exec /pg/bin/postgres -D /tmp/replica -c listen_addresses=* -c unix_socket_directories=/tmp \
        -c "primary_conninfo=host=/tmp port=5433 user=$PGUSER" -c max_standby_streaming_delay=0
      """;

  private final SparkContainer container;

  /** Starts both in this network and returns when the replica follows the primary. */
  public ReplicatedPostgres(Network network) {
    container =
        new SparkContainer("bash", "-c", START)
            .withReadOnly(PostgresServer.binaries(), "/pg")
            .withNetwork(network)
            .withNetworkAliases("replicated")
            .withEnv(Map.of("PGUSER", PostgresServer.environment().get("PGUSER")))
            .waitingFor(Wait.forLogMessage(".*started streaming WAL from primary.*", 1));
    container.start();
  }

  /** Ends the primary as a crash would, and starts it again. */
  public void restartPrimary() {
    container
        .execute(
            "/pg/bin/pg_ctl",
            "restart",
            "--wait",
            "--mode=immediate",
            "--pgdata=/tmp/primary",
            "--log=/tmp/log")
        .succeeded();
  }

  @Override
  public void close() {
    container.close();
  }
}
