package io.github.ldamasio.rbs.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way to a registry on which two pushes meet: both have sent their image, and both have the
 * registry's answer that the tag is free, before either of them goes on.
 */
public final class RegistryGate implements AutoCloseable {
  private static final int PUSHES = 2;
  private static final long LIMIT_IN_MINUTES = 4;

  /** What an HTTP client sets itself. */
  private static final Set<String> HOP =
      Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "expect");

  private final HttpClient client = HttpClient.newHttpClient();
  private final CyclicBarrier meeting = new CyclicBarrier(PUSHES);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final String registry;

  private RegistryGate(RegistryServer registry) throws IOException {
    this.registry = "http://" + registry.address();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Opens a way to this registry, on a free port. */
  public static RegistryGate before(RegistryServer registry) {
    try {
      return new RegistryGate(registry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
      meeting.await(LIMIT_IN_MINUTES, TimeUnit.MINUTES);
    }
  }
}
