package io.github.ldamasio.rbs.scene;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.server.PostgresServer;
import io.github.ldamasio.rbs.server.S3Server;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.testcontainers.containers.Network;

/**
 * The servers of all scenes of this JVM, on a network of their own, and a container beside them for
 * the tests' programs. The first scene starts them; Testcontainers removes them when the JVM ends,
 * however that comes about.
 */
record Servers(Network network, PostgresServer postgres, S3Server s3, SparkContainer tools) {
  private static Servers running;

  static synchronized Servers running() {
    if (running == null) {
      running = start();
    }
    return running;
  }

  private static Servers start() {
    Network network = SparkContainer.internalNetwork();
    CompletableFuture<PostgresServer> postgres =
        CompletableFuture.supplyAsync(() -> new PostgresServer(network));
    // It encrypts nothing, but need not refuse who asks for it.
    String lenient = "s3proxy.ignore-unknown-headers=true";
    CompletableFuture<S3Server> s3 =
        CompletableFuture.supplyAsync(() -> new S3Server(network, "s3", lenient));
    SparkContainer tools =
        SparkContainer.idle()
            .withNetwork(network)
            .withEnv(environment())
            .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
    tools.start();
    Servers servers = new Servers(network, postgres.join(), s3.join(), tools);
    tools.execute("python3", "/jobs/create_bucket.py").succeeded();
    return servers;
  }

  /** Where the servers are and what a scene has in them, for a container that shall know it. */
  static Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(S3Server.environment());
    all.putAll(PostgresServer.environment());
    all.put("BUCKET", Scene.BUCKET);
    all.put("SOURCE_TABLE", "outbox");
    all.put("TIME_COLUMN", "created_at");
    return all;
  }
}
