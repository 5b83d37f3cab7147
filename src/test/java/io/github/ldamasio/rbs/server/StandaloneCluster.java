package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * Spark's standalone master at {@code spark://master:7077} and its workers, each in a container of
 * the image.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final int WORKER_CORES = 2;

  private static final String CLASS = "/opt/spark/bin/spark-class";

  private final List<SparkContainer> containers = Collections.synchronizedList(new ArrayList<>());

  /**
   * Starts a master and workers of these host names, and returns when each worker is registered.
   */
  public StandaloneCluster(Network network, String... workers) {
    try {
      start(
          new SparkContainer(
                  CLASS,
                  "org.apache.spark.deploy.master.Master",
                  "--host",
                  "master",
                  "--port",
                  "7077")
              .withNetwork(network)
              .withNetworkAliases("master")
              .waitingFor(Wait.forLogMessage(".*New state: ALIVE.*", 1)));
      Stream.of(workers).parallel().map(worker -> worker(network, worker)).forEach(this::start);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static SparkContainer worker(Network network, String name) {
    return new SparkContainer(
            CLASS,
            "org.apache.spark.deploy.worker.Worker",
            "--cores",
            String.valueOf(WORKER_CORES),
            "--memory",
            "1g",
            "spark://master:7077")
        .withNetwork(network)
        .withHostName(name)
        .waitingFor(Wait.forLogMessage(".*Successfully registered with master.*", 1));
  }

  /** What a client gives as its master. */
  public String url() {
    return "spark://master:7077";
  }

  /**
   * A command that submits a job which begins when it has an executor with this memory on each
   * worker.
   */
  public String[] submit(String memory, String... optionsAndJob) {
    int cores = (containers.size() - 1) * WORKER_CORES;
    return Stream.concat(
            Stream.of(
                "spark-submit",
                "--master=" + url(),
                "--executor-memory=" + memory,
                "--conf=spark.cores.max=" + cores,
                "--conf=spark.scheduler.minRegisteredResourcesRatio=1.0"),
            Stream.of(optionsAndJob))
        .toArray(String[]::new);
  }

  private void start(SparkContainer container) {
    containers.add(container);
    container.start();
  }

  @Override
  public void close() {
    containers.forEach(SparkContainer::close);
  }
}
