package io.github.ldamasio.rbs.warm;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.ExecutorPod;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.wait.strategy.Wait;

/** Runs the training job in all roles, and keeps what the JVMs write of the classes they load. */
record TrainingRun(Scene scene, Path classPathJar) {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String JOB = "/train/train.py";
  private static final String LIST = "/tmp/classes";

  /** Without the JVM's own archive: the classes from there would be missing in the list. */
  private static final List<String> OPTIONS =
      List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + LIST);

  /** The driver that is its own executor; returns what the job printed. */
  String alone(Path classes) {
    try (SparkContainer driver = driver("alone")) {
      driver.start();
      String output = driver.awaitEnd(LIMIT).succeeded().stdout();
      driver.copyFileFromContainer(LIST, classes.toString());
      return output;
    }
  }

  /** A driver and an executor, as on Kubernetes. */
  void apart(Path driverClasses, Path executorClasses) {
    try (StandaloneCluster cluster = new StandaloneCluster(scene.network());
        SparkContainer driver =
            driver("apart", "--master=" + cluster.url(), ExecutorPod.DRIVER_PORT)
                .withHostName("driver")
                .waitingFor(Wait.forLogMessage(".*service 'sparkDriver' on port 7078.*", 1));
        SparkContainer executor =
            ExecutorPod.container(scene.network(), "1", OPTIONS)
                .withReadOnly(classPathJar, ClassPathJar.PATH)
                // in front of the configuration, as the class path of the archive demands
                .withEnv("SPARK_CONF_DIR", ClassPathJar.PATH)
                .withEnv(scene.environment())) {
      driver.start();
      executor.start();
      driver.awaitEnd(LIMIT).succeeded();
      driver.copyFileFromContainer(LIST, driverClasses.toString());
      executor.awaitEnd(LIMIT);
      executor.copyFileFromContainer(LIST, executorClasses.toString());
    }
  }

  private SparkContainer driver(String prefix, String... options) {
    String[] command = new String[options.length + 4];
    command[0] = "spark-submit";
    command[1] = "--driver-class-path=" + ClassPathJar.PATH;
    command[2] = "--driver-java-options=" + String.join(" ", OPTIONS);
    System.arraycopy(options, 0, command, 3, options.length);
    command[options.length + 3] = JOB;
    return scene
        .job(command)
        .withEnv("OUTPUT", "s3a://%s/%s".formatted(Scene.BUCKET, prefix))
        .withReadOnly(Project.DIRECTORY.resolve("src/main/warm"), "/train")
        .withReadOnly(classPathJar, ClassPathJar.PATH);
  }
}
