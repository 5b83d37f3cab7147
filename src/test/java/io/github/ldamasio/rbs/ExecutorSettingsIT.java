package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.BuiltPhase;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.server.ExecutorPod;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/** The image's defaults in an executor, as {@link SettingsIT} has them in a driver. */
@Tag("full")
@Tag("phase")
class ExecutorSettingsIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String GIVEN = "/given/postgresql-99.jar";
  private static final JarPin POSTGRESQL = JarPin.of("postgresql");

  /**
   * An executor has Hadoop's defaults itself, and a JAR that is given as the warning says wins. The
   * shell logs no port, so the table of the kernel says whether 7078 is open.
   */
  @Test
  void theyHoldInAnExecutorsOwnJvm() {
    Map<String, String> expected = new TreeMap<>(BuiltPhase.read().hadoopDefaults());
    expected.put("driver", GIVEN);
    String names = String.join(",", BuiltPhase.read().hadoopDefaults().keySet());
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network);
        SparkContainer driver =
            new SparkContainer(
                    "bash",
                    "-c",
                    "exec spark-shell \"$@\" </dev/null",
                    "spark-shell",
                    "--master=" + cluster.url(),
                    "--conf=spark.jars=" + GIVEN,
                    "--conf=spark.driver.extraClassPath=" + GIVEN,
                    "--conf=spark.executor.extraClassPath=" + GIVEN,
                    ExecutorPod.DRIVER_PORT,
                    "-i",
                    "/jobs/executor_settings.scala")
                .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
                .withReadOnly(POSTGRESQL.file(), GIVEN)
                .withEnv("NAMES", names)
                .withNetwork(network)
                .withHostName("driver")
                .waitingFor(
                    Wait.forSuccessfulCommand("grep -q :1BA6 /proc/net/tcp /proc/net/tcp6"));
        SparkContainer executor =
            ExecutorPod.container(network, "1", List.of())
                .withTmpFs(Map.of("/opt/spark/conf", ""))
                .withReadOnly(POSTGRESQL.file(), GIVEN)
                .withEnv("SPARK_CLASSPATH", GIVEN)) {
      driver.start();
      executor.start();
      Result result = driver.awaitEnd(LIMIT).succeeded();
      Map<String, String> found = new TreeMap<>();
      result
          .stdout()
          .lines()
          .filter(line -> line.startsWith("executor "))
          .map(line -> line.substring("executor ".length()).split("=", 2))
          .forEach(setting -> found.put(setting[0], setting[1]));
      assertThat(found).isEqualTo(expected);
      assertThat(result.output()).doesNotContain("JAR '");
    }
  }
}
