package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.ExecutorPod;
import io.github.ldamasio.rbs.server.SecondEngine;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import io.github.ldamasio.rbs.warm.LoadedClasses;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The class archive is used wherever Spark starts a JVM, on this machine and on another; it changes
 * no result; and where it does not fit, the JVM ignores it without a warning.
 */
@EnabledIfSystemProperty(named = "image.fast-start", matches = "archive")
class FastStartIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Path ARCHIVE = Project.DIRECTORY.resolve("src/main/archive");
  private static final String COUNT = "/jobs/shared_classes.py";
  private static final String LOG = "-Xlog:class+load:file=/tmp/classes-%p";

  @ParameterizedTest
  @ValueSource(strings = {"spark-submit", "python3"})
  void driversTakeTheirClassesFromTheArchive(String runner) {
    assertDriverIsWarm(job(runner, COUNT).runToEnd(LIMIT).succeeded().stdout());
  }

  @Test
  void theShellTakesItsClassesFromTheArchive() {
    // On a terminal, or Python does not run the shell's start.
    String shell =
        "printf 'spark.range(9).count()\\nexit()\\n' | script -qec pyspark /dev/null;"
            + " grep -hc 'shared objects' /tmp/classes-*";
    String output = job("bash", "-c", shell).runToEnd(LIMIT).succeeded().stdout().strip();
    assertThat(Integer.parseInt(output.substring(output.lastIndexOf('\n') + 1)))
        .isGreaterThan(LoadedClasses.MANY);
  }

  @Test
  void standaloneExecutorsTakeTheirClassesFromTheArchive() {
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network, "worker1", "worker2")) {
      String[] command =
          cluster.submit("600m", "--conf=spark.executor.extraJavaOptions=" + LOG, COUNT);
      String output = job(command).withNetwork(network).runToEnd(LIMIT).succeeded().stdout();
      assertDriverIsWarm(output);
      assertExecutorsAreWarm(output);
    }
  }

  /** What Spark on Kubernetes sets for each executor's pod, from the image's defaults. */
  @Test
  void executorsInTheRoleOfKubernetesTakeTheirClassesFromTheArchive() throws IOException {
    Properties defaults = new Properties();
    defaults.load(
        new StringReader(
            Files.readString(ARCHIVE.resolve("jib/opt/spark/conf/spark-defaults.conf"))));
    List<String> options =
        List.of(
            (defaults.getProperty("spark.executor.defaultJavaOptions") + " " + LOG).split(" +"));
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network);
        SparkContainer driver =
            job("spark-submit", "--master=" + cluster.url(), ExecutorPod.DRIVER_PORT, COUNT)
                .withNetwork(network)
                .withHostName("driver")
                .waitingFor(Wait.forLogMessage(".*service 'sparkDriver' on port 7078.*", 1));
        SparkContainer executor =
            ExecutorPod.container(network, "1", options)
                .withEnv("SPARK_CLASSPATH", defaults.getProperty("spark.executor.extraClassPath"))
                .withEnv("SPARK_CONF_DIR", "/opt/spark/conf")) {
      driver.start();
      executor.start();
      assertExecutorsAreWarm(driver.awaitEnd(LIMIT).succeeded().stdout());
    }
  }

  /** Each makes the archive unfit: it must neither be used nor be heard of. */
  static Stream<SparkContainer> unfit() {
    return Stream.of(
        job("spark-submit", "--driver-class-path=/jobs", COUNT),
        job("spark-submit", "--driver-java-options=-XX:-UseCompressedOops", COUNT),
        job("spark-submit", COUNT).withTmpFs(Map.of("/opt/spark/conf", "")),
        job("spark-submit", COUNT)
            .withReadOnly(ARCHIVE.resolve("classes"), "/opt/rbs-spark/archive/spark.jsa"));
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void anUnfitArchiveIsLeftAsideSilently(SparkContainer job) {
    Result unfit = job.runToEnd(LIMIT).succeeded();
    assertThat(line("result ", unfit))
        .isEqualTo(line("result ", job("spark-submit", COUNT).runToEnd(LIMIT)));
    assertThat(LoadedClasses.of("driver", unfit.stdout()))
        .singleElement()
        .matches(classes -> classes.shared() < LoadedClasses.MANY);
    assertThat(unfit.output()).doesNotContain("[warning]", "[error]", "shared class", "CDS");
  }

  @Test
  void theTrainingJobReadsTheSameWithoutTheArchive() {
    try (Scene scene = Scene.withRows(2000)) {
      assertThat(trained(scene, "auto")).isEqualTo(trained(scene, "off"));
    }
  }

  private static String trained(Scene scene, String sharing) {
    String option = "--driver-java-options=-Xshare:" + sharing;
    Result result =
        scene
            .job("spark-submit", option, "/jobs/train.py")
            .withEnv("OUTPUT", scene.url(Data.bronze(sharing)))
            .runToEnd(LIMIT);
    return line("trained ", result);
  }

  private static String line(String start, Result result) {
    return result
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSwitchForShortJobsChangesCompilerAndCollector() {
    String flags = "--driver-java-options=-XX:+PrintFlagsFinal";
    SparkContainer job = new SparkContainer("spark-submit", flags, "--version");
    String output = job.withEnv("SPARK_SHORT_JOB", "true").runToEnd().succeeded().output();
    assertThat(output)
        .containsPattern("TieredStopAtLevel +:?= 1 ")
        .containsPattern("UseSerialGC +:?= true ");
  }

  @Test
  void bakedPackagesHaveTheByteCodeOfTheirSources() {
    assertThat(
            job("python3", "/jobs/check_byte_code.py").hardened().runToEnd().succeeded().stdout())
        .matches("[0-9]{3,5}\n");
  }

  /** Another data root, on another file system: another order of the directory's files. */
  @Test
  void theArchiveIsValidOnAnotherMachine() {
    try (SecondEngine engine = new SecondEngine()) {
      engine.docker("load", "--input", Project.TARGET + "/jib-image.tar").succeeded();
      String jobs = Project.DIRECTORY.resolve("src/test/jobs") + ":/jobs:ro";
      String run =
          "run --rm --network=none --env=SPARK_SUBMIT_OPTS=%s --volume=%s %s spark-submit %s";
      String output =
          engine
              .docker(run.formatted(LOG, jobs, Image.id(), COUNT).split(" "))
              .succeeded()
              .output();
      assertDriverIsWarm(output);
    }
  }

  private static void assertDriverIsWarm(String output) {
    assertThat(LoadedClasses.of("driver", output))
        .singleElement()
        .matches(LoadedClasses::areFromTheArchive);
  }

  private static void assertExecutorsAreWarm(String output) {
    assertThat(LoadedClasses.of("executor", output))
        .isNotEmpty()
        .allMatch(LoadedClasses::ofAnExecutorAreFromTheArchive);
  }

  private static SparkContainer job(String... command) {
    return new SparkContainer(command)
        .withEnv("SPARK_SUBMIT_OPTS", LOG)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
  }
}
