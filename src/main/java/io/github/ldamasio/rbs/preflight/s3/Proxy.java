package io.github.ldamasio.rbs.preflight.s3;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.Protocol;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The HTTP proxy through which S3A reaches a store, and what names it. The AWS SDK takes it from
 * S3A's settings, else from system properties, else from the environment; and those for https also
 * for an http:// endpoint, unless fs.s3a.connection.ssl.enabled is false. Immutable.
 */
final class Proxy {
  private final Endpoint endpoint;
  private final String source;
  private final String store;
  private final String exceptions;

  private Proxy(Endpoint endpoint, String source, String store, String exceptions) {
    this.endpoint = endpoint;
    this.source = source;
    this.store = store;
    this.exceptions = exceptions;
  }

  /**
   * The proxy to a host; nothing if it is reached without one.
   *
   * @param explicit whether S3A's own settings name the proxy
   */
  static Optional<Proxy> of(ClientConfiguration client, boolean explicit, String host) {
    if (client.getProxyHost() == null
        || client.getProxyPort() < 1
        || isException(client.getNonProxyHosts(), host)) {
      return Optional.empty();
    }
    String scheme = client.getProtocol() == Protocol.HTTPS ? "https" : "http";
    String property = scheme + ".proxyHost";
    String source =
        explicit
            ? "fs.s3a.proxy.host"
            : System.getProperty(property) != null
                ? "-D" + property
                : scheme.toUpperCase(Locale.ROOT) + "_PROXY";
    return Optional.of(
        new Proxy(
            new Endpoint(client.getProxyHost(), client.getProxyPort()),
            source,
            host,
            client.getNonProxyHosts()));
  }

  /** As com.amazonaws.http.apache.SdkProxyRoutePlanner decides. */
  private static boolean isException(String exceptions, String host) {
    return exceptions != null
        && Arrays.stream(exceptions.toLowerCase(Locale.ROOT).split("\\|"))
            .anyMatch(name -> host.toLowerCase(Locale.ROOT).matches(name.replace("*", ".*?")));
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** A failure that may be the proxy's, with what to do about the proxy. */
  Failure explain(Failure failure) {
    String list =
        exceptions == null
            ? "NO_PROXY is not set"
            : "NO_PROXY '" + exceptions.replace('|', ',') + "' does not name '" + store + "'";
    return new Failure(
        failure.getMessage() + "; S3A goes through " + this + ", and " + list,
        "if the store is reached without a proxy, add '"
            + store
            + "' to NO_PROXY (the AWS SDK knows names and *.domain there, no .domain and no CIDR"
            + " block), or unset "
            + source
            + "; else correct or allow the proxy's route to it: "
            + failure.remedy());
  }

  @Override
  public String toString() {
    return "the proxy " + endpoint + " (" + source + ")";
  }
}
