package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.engine.SparkContainer;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Network;

/**
 * A container in the role that Spark on Kubernetes gives to its executors' pods: everything about
 * it is in the environment. It works for a driver at {@code driver:7078}.
 */
public final class ExecutorPod {
  /** Options that let a driver be found by such an executor; its host name must be driver. */
  public static final String DRIVER_PORT = "--conf=spark.driver.port=7078";

  /**
   * What Spark adds to the options of each executor: org.apache.spark.launcher.JavaModuleOptions.
   */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar");

  private ExecutorPod() {}

  /** A container that will run an executor with these options of its JVM. */
  public static SparkContainer container(Network network, String id, List<String> options) {
    SparkContainer executor =
        new SparkContainer("executor")
            .withNetwork(network)
            .withHostName("pod-" + id)
            .withEnv("SPARK_DRIVER_URL", "spark://CoarseGrainedScheduler@driver:7078")
            .withEnv("SPARK_EXECUTOR_ID", id)
            .withEnv("SPARK_EXECUTOR_CORES", "1")
            .withEnv("SPARK_EXECUTOR_MEMORY", "600m")
            .withEnv("SPARK_EXECUTOR_POD_IP", "pod-" + id)
            .withEnv("SPARK_EXECUTOR_POD_NAME", "pod-" + id)
            .withEnv("SPARK_APPLICATION_ID", "app-of-the-test")
            .withEnv("SPARK_RESOURCE_PROFILE_ID", "0");
    // Spark on Kubernetes hands the options over one by one.
    List<String> all =
        Stream.concat(
                options.stream(),
                OPENED.stream().map(name -> "--add-opens=" + name + "=ALL-UNNAMED"))
            .toList();
    for (int i = 0; i < all.size(); i++) {
      executor.withEnv("SPARK_JAVA_OPT_" + i, all.get(i));
    }
    return executor;
  }
}
