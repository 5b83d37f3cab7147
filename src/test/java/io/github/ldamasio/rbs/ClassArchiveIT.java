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
import io.github.ldamasio.rbs.training.LoadedClasses;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The class archive is used wherever the image starts a JVM, on this machine and on another; it
 * changes no result; and where it does not fit, the JVM ignores it without a warning.
 */
@EnabledIfSystemProperty(named = "image.fast-start", matches = "archive")
class ClassArchiveIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String ARCHIVE = "/opt/rbs-spark/archive/spark.jsa";
  private static final String COUNT = "/jobs/shared_classes.py";
  private static final String LOG = LoadedClasses.LOG;

  /** A terminal for the shell, or Python does not run the shell's start. */
  private static final String SHELL =
      "printf 'spark.range(9).count()\\nexit()\\n' | script -qec pyspark /dev/null";

  private static final String PREFLIGHT =
      "! rbs-preflight --s3=s3a://a --conf=spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:9";

  @Test
  void aJobTakesMostOfItsClassesFromTheArchive() {
    assertThat(ingest("default")).singleElement().matches(LoadedClasses::areFromTheArchive);
  }

  @Test
  @Tag("full")
  void theSwitchLeavesTheArchiveOutAndChangesNoResult() {
    assertThat(ingest("off")).singleElement().matches(classes -> classes.shared() == 0);
  }

  /** The classes of a job whose rows are those that PostgreSQL has. */
  private static List<LoadedClasses> ingest(String archive) {
    try (Scene scene = Scene.withRows(2000)) {
      Data data = Data.bronze(archive);
      String output =
          scene
              .job(data, LoadedClasses.counted("spark-submit", data.layer().job()))
              .withEnv(Map.of("SPARK_SUBMIT_OPTS", LOG, "RBS_SPARK_ARCHIVE", archive))
              .runToEnd(LIMIT)
              .succeeded()
              .stdout();
      assertThat(scene.readWithPyarrow(data)).isEqualTo(scene.expected(data));
      return LoadedClasses.of("driver", output);
    }
  }

  static Stream<SparkContainer> users() {
    return Stream.of(
        job("python3", COUNT),
        job(LoadedClasses.counted("bash", "-c", SHELL)),
        job(LoadedClasses.counted("spark-sql", "-e", "select 1")),
        job(LoadedClasses.counted("bash", "-c", PREFLIGHT)).withEnv("JDK_JAVA_OPTIONS", LOG),
        // as in an image that is derived from this one
        job("spark-submit", COUNT).withReadOnly(Project.jar(), "/opt/spark/jars/a-new.jar"));
  }

  @ParameterizedTest
  @MethodSource("users")
  @Tag("full")
  void otherUsersTakeClassesFromTheArchive(SparkContainer user) {
    assertDriver(user.runToEnd(LIMIT).succeeded().stdout(), true);
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.spark.deploy.master.Master, .*New state: ALIVE.*",
    "org.apache.spark.deploy.history.HistoryServer, .*Bound HistoryServer to.*"
  })
  @Tag("full")
  void daemonsUseTheArchive(String daemon, String started) {
    try (SparkContainer server =
        job("/opt/spark/bin/spark-class", daemon)
            .withEnv("SPARK_HISTORY_OPTS", "-Dspark.history.fs.logDirectory=file:/tmp")
            .waitingFor(Wait.forLogMessage(started, 1))) {
      server.start();
      server.execute("sh", "-c", "grep -q " + ARCHIVE + " /proc/[0-9]*/maps").succeeded();
    }
  }

  @Test
  @Tag("full")
  void standaloneExecutorsTakeTheirClassesFromTheArchive() {
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network, "worker1", "worker2")) {
      String[] command =
          cluster.submit("600m", "--conf=spark.executor.extraJavaOptions=" + LOG, COUNT);
      assertExecutors(job(command).withNetwork(network).runToEnd(LIMIT), true);
    }
  }

  @Test
  void executorsInTheRoleOfKubernetesTakeTheirClassesFromTheArchive() {
    assertExecutors(runOnExecutor(Map.of()), true);
  }

  @Test
  @Tag("full")
  void theSwitchReachesExecutorsWhoseDriverUsesTheArchive() {
    assertExecutors(
        runOnExecutor(
            Map.of(
                "RBS_SPARK_ARCHIVE", "off",
                "SPARK_CLASSPATH", "/opt/rbs-spark/archive/classpath.jar",
                "SPARK_JAVA_OPT_99", "-XX:SharedArchiveFile=" + ARCHIVE)),
        false);
  }

  private static Result runOnExecutor(Map<String, String> environment) {
    try (Network network = SparkContainer.internalNetwork();
        StandaloneCluster cluster = new StandaloneCluster(network);
        SparkContainer driver =
            job("spark-submit", "--master=" + cluster.url(), ExecutorPod.DRIVER_PORT, COUNT)
                .withNetwork(network)
                .withHostName("driver")
                .waitingFor(Wait.forLogMessage(".*service 'sparkDriver' on port 7078.*", 1));
        SparkContainer executor =
            ExecutorPod.container(network, "1", List.of(LOG)).withEnv(environment)) {
      driver.start();
      executor.start();
      return driver.awaitEnd(LIMIT);
    }
  }

  private static void assertDriver(String output, boolean usesTheArchive) {
    assertThat(LoadedClasses.of("driver", output))
        .singleElement()
        .matches(classes -> classes.useTheArchive() == usesTheArchive);
  }

  private static void assertExecutors(Result job, boolean useTheArchive) {
    assertThat(LoadedClasses.of("executor", job.succeeded().stdout()))
        .isNotEmpty()
        .allMatch(classes -> classes.useTheArchive() == useTheArchive);
  }

  /** Each makes the archive unfit: it must neither be used nor be heard of. */
  static Stream<SparkContainer> unfit() {
    return Stream.of(
        job("spark-submit", "--driver-class-path=/jobs", COUNT),
        job("spark-submit", "--driver-java-options=-XX:-UseCompressedOops", COUNT),
        job("spark-submit", COUNT).withTmpFs(Map.of("/opt/spark/conf", "")),
        job("spark-submit", COUNT)
            .withReadOnly(Project.DIRECTORY.resolve("src/main/archive/classes"), ARCHIVE));
  }

  @ParameterizedTest
  @MethodSource("unfit")
  @Tag("full")
  void anUnfitArchiveIsLeftAsideSilently(SparkContainer job) {
    Result unfit = job.runToEnd(LIMIT).succeeded();
    assertDriver(unfit.stdout(), false);
    assertThat(unfit.output()).doesNotContain("[warning]", "[error]", "shared class", "CDS");
  }

  /** Another data root, on another file system: another order of the directory's files. */
  @Test
  @Tag("full")
  void theArchiveIsValidOnAnotherMachine() {
    try (SecondEngine engine = new SecondEngine("overlay2")) {
      engine.docker("load", "--input", Project.TARGET + "/jib-image.tar").succeeded();
      String jobs = Project.DIRECTORY.resolve("src/test/jobs") + ":/jobs:ro";
      String run = "run --rm --network=none -e=SPARK_SUBMIT_OPTS=%s -v=%s %s spark-submit %s";
      String[] command = run.formatted(LOG, jobs, Image.id(), COUNT).split(" ");
      assertDriver(engine.docker(command).succeeded().output(), true);
    }
  }

  private static SparkContainer job(String... command) {
    return new SparkContainer(command)
        .withEnv("SPARK_SUBMIT_OPTS", LOG)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
  }
}
