package io.github.ldamasio.rbs.preflight.network;

import static java.util.stream.Collectors.joining;

import io.github.ldamasio.rbs.preflight.check.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The steps to a server, each of which tells its failures apart. */
public final class Route {
  /** Shorter than a check's limit, so that this class says what happened. */
  private static final int TIMEOUT_MILLIS = 5000;

  /** The C library's resolver gives a name server 5 s and then tries again (resolv.conf(5)). */
  private static final int LOOKUP_MILLIS = 8000;

  private Route() {}

  /** Looks the name up; its addresses. */
  public static String resolve(Endpoint endpoint) throws Failure, InterruptedException {
    String host = endpoint.host();
    CompletableFuture<InetAddress[]> lookup = lookUp(host);
    try {
      return Arrays.stream(lookup.get(LOOKUP_MILLIS, TimeUnit.MILLISECONDS))
          .map(InetAddress::getHostAddress)
          .collect(joining(", ", host + " is ", ""));
    } catch (TimeoutException e) {
      throw NetworkFailures.noNameServer(host);
    } catch (ExecutionException e) {
      throw NetworkFailures.ofLookup(host, e.getCause());
    }
  }

  /** In a thread of its own, since a lookup cannot be interrupted. */
  private static CompletableFuture<InetAddress[]> lookUp(String host) {
    CompletableFuture<InetAddress[]> lookup = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                lookup.complete(InetAddress.getAllByName(host));
              } catch (UnknownHostException e) {
                lookup.completeExceptionally(e);
              }
            },
            "preflight lookup");
    thread.setDaemon(true);
    thread.start();
    return lookup;
  }

  /** Opens a connection and closes it. */
  public static String connect(Endpoint endpoint) throws Failure {
    try (Socket socket = open(endpoint, TIMEOUT_MILLIS)) {
      return "connected to " + socket.getInetAddress().getHostAddress() + ":" + socket.getPort();
    } catch (IOException e) {
      throw NetworkFailures.of(endpoint, e);
    }
  }

  /** Shakes hands with what Java trusts here, as the job's clients do. */
  public static String tls(Endpoint endpoint) throws Failure {
    return tls(endpoint, TIMEOUT_MILLIS);
  }

  static String tls(Endpoint endpoint, int timeoutMillis) throws Failure {
    try {
      return shakeHands(endpoint, timeoutMillis);
    } catch (IOException e) {
      throw NetworkFailures.of(endpoint, e);
    }
  }

  /** True if the server speaks TLS, whether Java trusts its certificate here or not. */
  public static boolean speaksTls(Endpoint endpoint) {
    try {
      shakeHands(endpoint, TIMEOUT_MILLIS);
      return true;
    } catch (IOException e) {
      return NetworkFailures.isOfTrust(e);
    }
  }

  private static String shakeHands(Endpoint endpoint, int timeoutMillis) throws IOException {
    try (Socket socket = open(endpoint, timeoutMillis);
        SSLSocket tls =
            (SSLSocket)
                ((SSLSocketFactory) SSLSocketFactory.getDefault())
                    .createSocket(socket, endpoint.host(), endpoint.port(), true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return tls.getSession().getProtocol() + ", " + tls.getSession().getCipherSuite();
    }
  }

  private static Socket open(Endpoint endpoint, int timeoutMillis) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
