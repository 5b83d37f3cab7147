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
    S3Server s3 = S3Server.selected(network);
    SparkContainer tools =
        s3.trustedBy(SparkContainer.idle())
            .withNetwork(network)
            .withEnv(environment(s3))
            .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
    tools.start();
    Servers servers = new Servers(network, postgres.join(), s3, tools);
    tools.execute("python3", "/jobs/create_bucket.py").succeeded();
    return servers;
  }

  /** Where the servers are, for a container that shall know it. */
  Map<String, String> environment() {
    return environment(s3);
  }

  private static Map<String, String> environment(S3Server s3) {
    Map<String, String> all = new HashMap<>(s3.variables());
    all.putAll(PostgresServer.environment());
    all.put("BUCKET", Scene.BUCKET);
    all.put("SOURCE_TABLE", "outbox");
    all.put("TIME_COLUMN", "created_at");
    all.put("KEY_COLUMNS", "operation_id");
    all.put("ORDER_COLUMNS", "created_at, id");
    return all;
  }
}
