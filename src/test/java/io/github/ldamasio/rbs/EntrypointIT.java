package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.server.ExecutorPod;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The entrypoint's contract: the roles that Spark on Kubernetes asks for, signals and exit codes.
 * The executor is a real one: it serves a driver of a standalone master that has no worker.
 */
class EntrypointIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String FAILING = "/jobs/fail_in_a_task.py";

  /**
   * As Spark's cluster mode makes a driver's pod: the limit is computed from a heap of 1g and, for
   * a job in Python, an overhead of 0.4, without the image's default of 2g. One session for all of
   * it: a session is what takes the time.
   */
  @Test
  void driverRoleSubmitsInAPodOfClusterModeAndAFailingTaskEndsItNonZero() {
    Result result =
        aFailingTaskEnds(
            withMemory(
                1433, "driver", "--conf=spark.kubernetes.memoryOverheadFactor=0.4", FAILING));
    assertThat(result.stdout())
        .contains(
            "spark.driver.bindAddress 127.0.0.1\n",
            "spark.executorEnv.SPARK_DRIVER_POD_IP 127.0.0.1\n",
            "spark.submit.deployMode client\n",
            "argument -Xmx1024m\n");
    assertThat(result.stderr())
        .containsOnlyOnce(
            "entrypoint: SPARK_DRIVER_MEMORY '2g', the image's default: expected 2867 MiB with"
                + " overhead, found the container's limit of 1433 MiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--driver-memory=2g", "--conf=spark.driver.memory=2g"})
  void driverRoleRefusesAHeapThatCannotFitAndNamesTheRemedy(String option) {
    Result result = withMemory(1433, "driver", option, FAILING).runToEnd();
    assertThat(result.stderr())
        .isEqualTo(
            "entrypoint: spark.driver.memory '2g': expected a heap below the container's limit of"
                + " 1433 MiB, found 2048 MiB; raise the limit to 2432 MiB, or give the driver less\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  /** The check is a class of the image's own JAR, which is hidden here. */
  @Test
  @Tag("full")
  void driverRoleStartsAJvmForTheCheckOnlyUnderALimit() {
    String jar = "/opt/spark/jars/" + Project.jar().getFileName();
    Path other = Project.DIRECTORY.resolve("pom.xml");
    job("driver", "--version").withReadOnly(other, jar).runToEnd().succeeded();
    withMemory(1433, "driver", "--version").withReadOnly(other, jar).runToEnd().failed();
  }

  private static SparkContainer withMemory(long mebibytes, String... command) {
    return job(command)
        .withCreateContainerCmdModifier(
            create -> create.getHostConfig().withMemory(mebibytes << 20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark-submit", "python3"})
  @Tag("full")
  void aFailingTaskEndsEachOtherRunnerNonZero(String runner) {
    aFailingTaskEnds(job(runner, FAILING));
  }

  private static Result aFailingTaskEnds(SparkContainer job) {
    Result result = job.runToEnd(LIMIT);
    assertThat(result.output()).contains("ZeroDivisionError");
    assertThat(result.exitCode()).isEqualTo(1);
    return result;
  }

  @Test
  void sigtermEndsADriverWithinTenSeconds() {
    sigtermEnds(job("driver", "/jobs/run_until_stopped.py"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark-submit", "python3"})
  @Tag("full")
  void sigtermEndsEachOtherRunnerWithinTenSeconds(String runner) {
    sigtermEnds(job(runner, "/jobs/run_until_stopped.py"));
  }

  /** The kernel delivers no SIGTERM to a PID 1 without a handler; Python buffers its output. */
  @Test
  void sigtermEndsPythonWithinTenSecondsAndItsOutputIsThere() {
    sigtermEnds(job("python3", "-c", "import time; print('the task starts'); time.sleep(600)"));
  }

  private static void sigtermEnds(SparkContainer container) {
    try (SparkContainer job = container.waitingFor(Wait.forLogMessage(".*the task starts.*", 1))) {
      job.start();
      Image.engine().killContainerCmd(job.getContainerId()).withSignal("TERM").exec();
      job.awaitEnd(Duration.ofSeconds(10)).failed();
    }
  }

  @Test
  void executorRoleServesADriver() {
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network);
        SparkContainer driver =
            job(
                    "spark-submit",
                    "--master=" + cluster.url(),
                    ExecutorPod.DRIVER_PORT,
                    "/jobs/executor_command.py")
                .withNetwork(network)
                .withHostName("driver")
                .waitingFor(
                    Wait.forLogMessage(".*started service 'sparkDriver' on port 7078.*", 1));
        SparkContainer executor =
            ExecutorPod.container(
                network, "7", List.of("-Dtest.first=a value with * and spaces"))) {
      driver.start();
      executor.start();
      Result result = driver.awaitEnd(LIMIT).succeeded();
      assertThat(result.stdout().lines().filter(line -> line.startsWith("executor ")))
          .contains(
              "executor -Dtest.first=a value with * and spaces",
              "executor -Xms600m",
              "executor -Xmx600m",
              "executor org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend")
          // by their numbers: a sort by text has the fourteenth before the third
          .containsSubsequence(
              "executor --add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
              "executor --add-opens=java.base/sun.util.calendar=ALL-UNNAMED")
          .containsSubsequence("executor --executor-id", "executor 7")
          .containsSubsequence("executor --hostname", "executor pod-7");
    }
  }

  @Test
  void executorRoleWithoutItsEnvironmentNamesWhatIsMissing() {
    assertThat(new SparkContainer("executor").runToEnd().failed().stderr())
        .contains("SPARK_DRIVER_URL");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 137})
  void exitCodesReachTheCaller(int code) {
    String end = code == 137 ? "kill -KILL $$" : "exit " + code;
    assertThat(new SparkContainer("bash", "-c", end).runToEnd().exitCode()).isEqualTo(code);
  }

  private static SparkContainer job(String... command) {
    return new SparkContainer(command)
        .withEnv("SPARK_DRIVER_BIND_ADDRESS", "127.0.0.1")
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
  }
}
