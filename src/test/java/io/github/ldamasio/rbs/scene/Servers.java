package io.github.ldamasio.rbs.scene;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.server.PostgresServer;
import io.github.ldamasio.rbs.server.S3Server;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.Network;

/**
 * The servers of all scenes of this JVM, on a network of their own, and a container beside them for
 * the tests' programs. The first scene starts them; Testcontainers removes them when the JVM ends,
 * however that comes about.
 */
record Servers(Network network, PostgresServer postgres, S3Server s3, SparkContainer tools) {
  private static final String BUCKET = "lake";

  /** In seconds, so that a program that hangs ends its test and not the whole run. */
  private static final String LIMIT = "300";

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
    CompletableFuture<S3Server> s3 = CompletableFuture.supplyAsync(() -> new S3Server(network));
    SparkContainer tools =
        new SparkContainer("sleep", "infinity")
            .withNetwork(network)
            .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
    tools.start();
    Servers servers = new Servers(network, postgres.join(), s3.join(), tools);
    servers.run(servers.environment(), "python3", "/jobs/create_bucket.py").succeeded();
    return servers;
  }

  /** Where the servers are, for a container that shall know it. */
  Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(S3Server.environment());
    all.putAll(PostgresServer.environment());
    all.put("BUCKET", BUCKET);
    return all;
  }

  /** Runs a command in the container beside the servers, with these variables. */
  Result run(Map<String, String> environment, String... command) {
    String[] limited = new String[command.length + 2];
    limited[0] = "timeout";
    limited[1] = LIMIT;
    System.arraycopy(command, 0, limited, 2, command.length);
    try {
      var ended =
          tools.execInContainer(ExecConfig.builder().envVars(environment).command(limited).build());
      return new Result(ended.getExitCode(), ended.getStdout(), ended.getStderr());
    } catch (IOException e) {
      throw new AssertionError("'" + String.join(" ", command) + "': " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a test's program ran.", e);
    }
  }
}
