package io.github.ldamasio.rbs.preflight.network;

import io.github.ldamasio.rbs.preflight.check.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLException;

/** What went wrong between here and a server, told from the exception. */
public final class NetworkFailures {
  private static final int DEPTH = 20;

  /** Clients wrap these in exceptions of their own. */
  private static final List<Class<? extends IOException>> KNOWN =
      List.of(
          SSLException.class,
          SocketTimeoutException.class,
          ConnectException.class,
          NoRouteToHostException.class,
          UnknownHostException.class);

  private NetworkFailures() {}

  /**
   * The failure that a lookup's exception stands for. Its message is the C library's: "Temporary
   * failure" is EAI_AGAIN, which it gives if no name server answered (getaddrinfo(3)).
   */
  static Failure ofLookup(String host, Throwable e) {
    if (String.valueOf(e.getMessage()).contains("Temporary failure")) {
      return noNameServer(host);
    }
    return new Failure(
        "name '" + host + "': does not resolve; the name server knows no such name",
        "correct the name; a Service of another namespace is NAME.NAMESPACE.svc");
  }

  /** The failure of a lookup that no name server answered. */
  static Failure noNameServer(String host) {
    return new Failure(
        "name '" + host + "': does not resolve; no name server answers",
        "allow DNS egress (UDP and TCP port 53 to the cluster's DNS) in a NetworkPolicy, and check"
            + " the name server in /etc/resolv.conf");
  }

  /** The failure that an exception of this endpoint's connection, or its cause, stands for. */
  public static Failure of(Endpoint endpoint, IOException wrapper) {
    Throwable e = known(wrapper);
    if (e instanceof UnknownHostException) {
      return ofLookup(endpoint.host(), e);
    }
    if (e instanceof SSLException) {
      return tls(endpoint, e);
    }
    if (e instanceof SocketTimeoutException && String.valueOf(e.getMessage()).startsWith("Read")) {
      return new Failure(
          "'" + endpoint + "': accepts the connection and does not answer in time",
          "look at the server's load and log; a proxy in between may hold the request back");
    }
    if (e instanceof SocketTimeoutException) {
      return new Failure(
          "'" + endpoint + "': no answer, the connection timed out; packets are dropped",
          "allow egress to this address and port in a NetworkPolicy (an S3 endpoint outside the"
              + " cluster needs an ipBlock; no namespaceSelector matches it); if it is allowed,"
              + " look at the firewalls in between");
    }
    if (e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused")) {
      return new Failure(
          "'" + endpoint + "': connection refused; the host is there and nothing listens",
          "start the server, or correct the port");
    }
    if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      return new Failure(
          "'" + endpoint + "': no route to the host (" + e.getMessage() + ")",
          "correct the address; if it is right, the container's network has no route there, or a"
              + " NetworkPolicy rejects it");
    }
    return new Failure(
        "'" + endpoint + "': the connection broke (" + e.getMessage() + ")",
        "look at the server's log; a proxy or a NetworkPolicy in between may have cut it");
  }

  private static Failure tls(Endpoint endpoint, Throwable e) {
    if (isOfTrust(e)) {
      return new Failure(
          "'" + endpoint + "': TLS failed, its certificate is not trusted (" + e.getMessage() + ")",
          "mount its CA's certificate as /etc/rbs-spark/ca/NAME.crt (docs/ca.md), or use the name"
              + " that the certificate is for; a trust store or sslrootcert of your own is used"
              + " instead and must hold that CA");
    }
    if (String.valueOf(e.getMessage()).contains("trustAnchors")) {
      return new Failure(
          "trust store '"
              + System.getProperty("javax.net.ssl.trustStore")
              + "': expected certificates, found none, or no such file",
          "correct -Djavax.net.ssl.trustStore, or remove it and mount the CA's certificate as"
              + " /etc/rbs-spark/ca/NAME.crt (docs/ca.md)");
    }
    return new Failure(
        "'" + endpoint + "': TLS failed (" + e.getMessage() + ")",
        "if the server speaks plain HTTP, give the endpoint as http://; else it offers no TLS"
            + " version that this JVM accepts");
  }

  /** True if a handshake failed because Java does not trust the server's certificate. */
  static boolean isOfTrust(Throwable e) {
    return isCausedBy(e, CertificateException.class)
        || String.valueOf(e.getMessage()).contains("PKIX");
  }

  /**
   * The first of an exception and its causes that says what happened; else the exception itself.
   */
  private static Throwable known(IOException e) {
    Throwable cause = e;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      Throwable candidate = cause;
      if (KNOWN.stream().anyMatch(type -> type.isInstance(candidate))) {
        return cause;
      }
      cause = cause.getCause();
    }
    return e;
  }

  /** True if the exception or one that caused it is of this class. */
  public static boolean isCausedBy(Throwable e, Class<? extends Throwable> type) {
    Throwable cause = e;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
