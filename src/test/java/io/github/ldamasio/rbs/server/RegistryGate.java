package io.github.ldamasio.rbs.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A proxy before a registry, at which two pushes meet: both have sent their image, and both have
 * the registry's answer that the tag is free, before either of them goes on.
 */
public final class RegistryGate implements AutoCloseable {
  private static final String PASSWORD = "only-for-this-test";
  private static final int PUSHES = 2;
  private static final long LIMIT_IN_SECONDS = 30;

  /** Headers that an HTTP client sets itself. */
  private static final Set<String> HOP =
      Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "expect");

  private static final SSLContext TLS = tls();

  private final HttpClient client = HttpClient.newHttpClient();
  private final CyclicBarrier meeting = new CyclicBarrier(PUSHES);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final HttpsServer server;
  private final boolean closed;
  private final String registry;

  private RegistryGate(RegistryServer registry, boolean closed) throws IOException {
    this.registry = "http://" + registry.address();
    this.closed = closed;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(TLS));
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** A proxy on a free port. */
  public static RegistryGate open(RegistryServer registry) {
    return create(registry, false);
  }

  /** A proxy that answers each question about a tag with 503. */
  public static RegistryGate closed(RegistryServer registry) {
    return create(registry, true);
  }

  private static RegistryGate create(RegistryServer registry, boolean closed) {
    try {
      return new RegistryGate(registry, closed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** TLS with a certificate of its own: Jib tries TLS first, and this server would not answer. */
  private static SSLContext tls() {
    try (TemporaryDirectory directory = new TemporaryDirectory("tls-")) {
      Path store = directory.path().resolve("store.p12");
      String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
      Command.run(
              directory.path(),
              Duration.ofMinutes(1),
              List.of(
                  keytool,
                  "-genkeypair",
                  "-alias",
                  "gate",
                  "-dname",
                  "CN=localhost",
                  "-keyalg",
                  "EC",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  PASSWORD))
          .succeeded();
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no certificate of the JDK's keytool", e);
    }
  }

  /** Host and port, as they stand before the first slash of an image's name. */
  public String address() {
    return "localhost:" + server.getAddress().getPort();
  }

  /** How many pushes were told at this gate that the tag is free, and met there. */
  public int met() {
    return Math.min(asked.get(), PUSHES);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (closed && exchange.getRequestURI().getPath().contains("/manifests/")) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      HttpResponse<byte[]> response = forward(exchange);
      meet(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      response
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!HOP.contains(name.toLowerCase())) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      if (exchange.getRequestMethod().equals("HEAD")) {
        response
            .headers()
            .firstValue("Content-Length")
            .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
      }
      byte[] body = response.body();
      exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IOException("the other push did not come", e);
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(registry).resolve(exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                BodyPublishers.ofInputStream(exchange::getRequestBody));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOP.contains(name.toLowerCase())) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private void meet(String method, String path)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    boolean image = path.contains("/manifests/sha256:");
    boolean question = path.contains("/manifests/") && !image && method.equals("GET");
    if (image && method.equals("PUT") && sent.incrementAndGet() <= PUSHES
        || question && sent.get() >= PUSHES && asked.incrementAndGet() <= PUSHES) {
      meeting.await(LIMIT_IN_SECONDS, TimeUnit.SECONDS);
    }
  }
}
