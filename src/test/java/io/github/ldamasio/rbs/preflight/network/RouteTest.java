package io.github.ldamasio.rbs.preflight.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.process.Keytool;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link Route}, on the loopback interface. */
@Timeout(60)
class RouteTest {
  private static final char[] PASSWORD = "of the keystore".toCharArray();

  @TempDir private Path directory;

  @Test
  void aServerThatListensIsReached() throws Exception {
    try (ServerSocket server = listen()) {
      assertThat(Route.resolve(endpoint(server))).contains("127.0.0.1");
      assertThat(Route.connect(endpoint(server))).contains("connected to");
    }
  }

  @Test
  void aClosedPortRefuses() throws IOException {
    ServerSocket closed = listen();
    closed.close();
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> Route.connect(endpoint(closed)))
        .withMessageContaining("connection refused");
  }

  @Test
  void aCertificateThatNobodyTrustsIsNamed() throws Exception {
    try (ServerSocket server = answering(withCertificate())) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> Route.tls(endpoint(server)))
          .withMessageContaining("certificate is not trusted")
          .satisfies(e -> assertThat(e.remedy()).contains("/etc/rbs-spark/ca"));
    }
  }

  @Test
  void aServerThatSpeaksNoTlsIsNamed() throws IOException {
    try (ServerSocket server = answering(listen())) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> Route.tls(endpoint(server)))
          .withMessageContaining("TLS failed")
          .satisfies(e -> assertThat(e.remedy()).contains("http://"));
    }
  }

  @Test
  void aServerThatTakesTheConnectionOnlyIsNamed() throws IOException {
    try (ServerSocket server = listen()) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> Route.tls(endpoint(server), 50))
          .withMessageContaining("does not answer in time");
    }
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private ServerSocket withCertificate() throws Exception {
    Path store = directory.resolve("store.p12");
    Keytool.generate(store, new String(PASSWORD), "server", "EC", "localhost");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(store)) {
      keys.load(stream, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** Answers the first connection, as TLS or with a line that is none. */
  private static ServerSocket answering(ServerSocket server) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                socket
                    .getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
              } catch (IOException e) {
                // The client has gone, which is what this server is for.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  private static Endpoint endpoint(ServerSocket server) {
    return new Endpoint("localhost", server.getLocalPort());
  }
}
