package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What makes a start faster on each base. {@link ClassArchiveIT} has the class archive. */
class FastStartIT {

  @Test
  @DisabledIfSystemProperty(named = "image.fast-start", matches = "nothing")
  void bakedPackagesHaveTheByteCodeOfTheirSources() {
    assertThat(
            new SparkContainer("python3", "/jobs/check_byte_code.py")
                .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
                .hardened()
                .runToEnd()
                .succeeded()
                .stdout())
        .matches("[0-9]{3,5}\n");
  }

  /** As Spark's launcher sets the path, for the driver and for Python workers. */
  @Test
  void pysparkComesFromItsDirectoryWhichMayHaveByteCode() {
    String library = "/opt/spark/python/lib/";
    SparkContainer python =
        new SparkContainer("python3", "-c", "import pyspark; print(pyspark.__file__)")
            .withEnv("PYTHONPATH", library + "pyspark.zip:" + library + "py4j-0.10.9.7-src.zip");
    assertThat(python.runToEnd().succeeded().stdout())
        .isEqualTo("/opt/spark/python/pyspark/__init__.py\n");
  }

  @Test
  void theOptimizingCompilerOfADriverComesLater() {
    assertThat(flagsOfADriver("false")).containsPattern("Tier4InvocationThreshold +:?= 20000 ");
  }

  @Test
  void theSwitchForShortJobsChangesCompilerAndCollector() {
    assertThat(flagsOfADriver("true"))
        .containsPattern("TieredStopAtLevel +:?= 1 ")
        .containsPattern("UseSerialGC +:?= true ");
  }

  private static String flagsOfADriver(String shortJob) {
    String flags = "--driver-java-options=-XX:+PrintFlagsFinal";
    SparkContainer job = new SparkContainer("spark-submit", flags, "--version");
    return job.withEnv("SPARK_SHORT_JOB", shortJob).runToEnd().succeeded().output();
  }
}
