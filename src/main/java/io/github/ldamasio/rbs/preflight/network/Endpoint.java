package io.github.ldamasio.rbs.preflight.network;

/** A server's host and port. Immutable. */
public final class Endpoint {
  private final String host;
  private final int port;

  /** A host by name or address, and a port that is not 0. */
  public Endpoint(String host, int port) {
    if (host == null || host.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "endpoint '" + host + ":" + port + "': expected a host and a port of 1 to 65535");
    }
    this.host = host;
    this.port = port;
  }

  /** Name or address. */
  public String host() {
    return host;
  }

  /** The port. */
  public int port() {
    return port;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
