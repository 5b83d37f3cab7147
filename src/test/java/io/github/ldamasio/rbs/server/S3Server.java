package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.util.HashMap;
import java.util.Map;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * An S3 server at port 9000 of the host {@code s3}. It is S3Proxy (https://github.com/gaul/s3proxy)
 * with its transient store, which keeps its objects in memory and is the one that S3A 3.3.4 works
 * with, unless the tests of {@code -Pstores} select another one.
 */
public final class S3Server implements AutoCloseable {
  /** Of servers with a certificate. */
  public static final int SECURE_PORT = 9443;

  private static final String ENDPOINT = "http://s3:9000";
  private static final String ACCESS_KEY = "test-access-key";
  private static final String SECRET_KEY = "test/secret+key=";

  /**
   * How it is started, for bash, with S3Proxy as {@code $JAR} or {@code /s3proxy.jar}, the keys in
   * the environment, and a line of settings.
   */
  public static final String START =
      """
      set -eu
      cat > /tmp/s3proxy.properties <<END
      s3proxy.endpoint=http://0.0.0.0:9000
      s3proxy.authorization=aws-v2-or-v4
      s3proxy.identity=$AWS_ACCESS_KEY_ID
      s3proxy.credential=$AWS_SECRET_ACCESS_KEY
      jclouds.provider=transient
      jclouds.identity=none
      jclouds.credential=none
      $SETTINGS
      END
      exec java -Xmx1g -jar "${JAR:-/s3proxy.jar}" --properties /tmp/s3proxy.properties
      """;

  private final SparkContainer container;
  private final PrivateCa ca;

  /** The server that the system property {@code s3.server} names. It has no bucket yet. */
  public static S3Server selected(Network network) {
    String name = System.getProperty("s3.server", "s3proxy");
    return switch (name) {
      // It encrypts nothing, but need not refuse who asks for it.
      case "s3proxy" -> new S3Server(network, "s3", "s3proxy.ignore-unknown-headers=true");
      case "versitygw" -> new S3Server(network, "s3", OtherStores.versitygw(), null);
      case "radosgw" -> {
        PrivateCa ca = OtherStores.ca();
        yield new S3Server(network, "s3", OtherStores.radosgw(ca), ca);
      }
      default ->
          throw new AssertionError(
              "s3.server '%s': expected s3proxy, versitygw or radosgw".formatted(name));
    };
  }

  /**
   * Starts a server of this name, with a line of S3Proxy's settings besides its own, and returns
   * when it takes connections. It has no bucket yet.
   */
  public S3Server(Network network, String name, String settings) {
    this(network, name, settings, new SparkContainer("bash", "-c", START));
  }

  /** The same with TLS at {@link #SECURE_PORT} besides. */
  public S3Server(Network network, String name, PrivateCa ca) {
    this(
        network,
        name,
        """
        s3proxy.secure-endpoint=https://0.0.0.0:%d
        s3proxy.keystore-path=/tls/server.p12
        s3proxy.keystore-password=%s
        """
            .formatted(SECURE_PORT, PrivateCa.PASSWORD),
        new SparkContainer("bash", "-c", START).withReadOnly(ca.tls(), "/tls"));
  }

  private S3Server(Network network, String name, String settings, SparkContainer server) {
    this(
        network,
        name,
        server
            .withReadOnly(
                Project.TARGET.resolve("test-servers/s3proxy-jar-with-dependencies.jar"),
                "/s3proxy.jar")
            .withEnv("SETTINGS", settings)
            .waitingFor(Wait.forLogMessage(".*Started .*Server@.*", 1)),
        null);
  }

  private S3Server(Network network, String name, SparkContainer server, PrivateCa ca) {
    this.ca = ca;
    container = server.withNetwork(network).withNetworkAliases(name).withEnv(environment());
    container.start();
  }

  /** What a client of this server needs to know; see {@link #environment()}. */
  public Map<String, String> variables() {
    Map<String, String> all = new HashMap<>(environment());
    if (ca != null) {
      all.put("S3_ENDPOINT", "https://s3:" + SECURE_PORT);
    }
    return all;
  }

  /** Lets a container that is not started yet trust this server. */
  public SparkContainer trustedBy(SparkContainer client) {
    return ca == null ? client : client.withReadOnly(ca.configMap(), "/etc/rbs-spark/ca");
  }

  /**
   * What a client of S3Proxy needs to know, by the names that boto3, the AWS SDK and the tests'
   * jobs read.
   */
  public static Map<String, String> environment() {
    return Map.of(
        "S3_ENDPOINT",
        ENDPOINT,
        "AWS_ACCESS_KEY_ID",
        ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        SECRET_KEY);
  }

  /** Its address in the network. */
  public String address() {
    return container.address();
  }

  @Override
  public void close() {
    container.close();
    if (ca != null) {
      ca.close();
    }
  }
}
