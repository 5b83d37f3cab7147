package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.util.Map;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * An S3 server at {@code http://s3:9000} that keeps its objects in memory: S3Proxy
 * (https://github.com/gaul/s3proxy) with its transient store, the one that S3A 3.3.4 works with.
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
    container =
        server
            .withReadOnly(
                Project.TARGET.resolve("test-servers/s3proxy-jar-with-dependencies.jar"),
                "/s3proxy.jar")
            .withNetwork(network)
            .withNetworkAliases(name)
            .withEnv(environment())
            .withEnv("SETTINGS", settings)
            .waitingFor(Wait.forLogMessage(".*Started .*Server@.*", 1));
    container.start();
  }

  /** What a client needs to know, by the names that boto3, the AWS SDK and the tests' jobs read. */
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
  }
}
