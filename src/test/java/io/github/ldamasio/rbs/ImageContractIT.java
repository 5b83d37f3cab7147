package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.Result;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the specification promises of the image, seen from inside a container without any network.
 */
class ImageContractIT {

  /**
   * The specification's first validation command; the shell that expands the {@code *} must be the
   * container's.
   */
  @Test
  void validationListsHadoopAws() {
    assertThat(output("bash", "-c", "ls -lh /opt/spark/jars/hadoop-aws-*.jar"))
        .contains("/opt/spark/jars/hadoop-aws-");
  }

  /** The specification's second validation command, as it stands there. */
  @Test
  void validationImportsPyarrow() {
    assertThat(output("python3", "-c", "import pyarrow; print('✓ PyArrow installed')"))
        .isEqualTo("✓ PyArrow installed\n");
  }

  /** The specification's third validation command, as it stands there. */
  @Test
  void validationPrintsSparksVersion() {
    assertThat(output("spark-submit", "--version"))
        .contains("version " + Project.property("base.spark.version"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pyspark", "spark-shell", "spark-sql"})
  void sparksCommandsAreFoundByName(String command) {
    assertThat(output(command, "--version"))
        .contains("version " + Project.property("base.spark.version"));
  }

  @Test
  void eachJarPinIsInSparksDirectoryWithItsBytes() {
    Map<String, String> expected =
        JarPin.all().stream().collect(Collectors.toMap(JarPin::fileName, JarPin::sha256));
    String pattern =
        JarPin.all().stream()
            .map(pin -> pin.artifactId() + "-*.jar")
            .collect(Collectors.joining(" "));
    Map<String, String> found =
        output("bash", "-c", "cd /opt/spark/jars && sha256sum " + pattern)
            .lines()
            .map(line -> line.split(" +"))
            .collect(Collectors.toMap(fields -> fields[1], fields -> fields[0]));
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("lock")
  void eachWheelPinImportsInItsVersion(WheelPin pin) {
    String code = "import importlib.metadata, %s; print(importlib.metadata.version('%s'))";
    assertThat(output("python3", "-c", code.formatted(pin.module(), pin.distribution())))
        .isEqualTo(pin.version() + "\n");
  }

  static List<WheelPin> lock() {
    return WheelPin.all();
  }

  /** PYTHONPATH is for PySpark only: a job that sets it otherwise keeps the baked packages. */
  @Test
  void wheelsImportUnderAnotherPythonPath() {
    String modules =
        WheelPin.all().stream().map(WheelPin::module).collect(Collectors.joining(", "));
    new SparkContainer("python3", "-c", "import " + modules)
        .withEnv("PYTHONPATH", "/tmp")
        .runToEnd()
        .succeeded();
  }

  /**
   * What pip writes down differs from host to host, and so would the image's digest. Byte code is
   * in the warm layer only, which the audit compares with its sources.
   */
  @Test
  void nothingOfTheHostsPipIsInTheImage() {
    String byteCode = System.getProperty("warm.layer") == null ? "__pycache__|" : "";
    String find =
        "cd /usr/local/lib/python*/dist-packages && find . -regextype egrep"
            + " -regex '.*/(RECORD|INSTALLER|REQUESTED|direct_url.json|"
            + byteCode
            + "bin)'";
    assertThat(output("bash", "-c", find)).isEmpty();
  }

  @Test
  void pysparkIsSparksOwn() {
    assertThat(
            output(
                "python3",
                "-c",
                "import pyspark, py4j; print(pyspark.__version__, pyspark.__file__)"))
        .isEqualTo(
            Project.property("base.spark.version") + " /opt/spark/python/pyspark/__init__.py\n");
  }

  @Test
  void pythonIsTheOneThatTheWheelsWereChosenFor() {
    assertThat(output("python3", "--version"))
        .startsWith("Python " + Project.property("base.python") + ".");
  }

  /** The versions in the specification's table, which are those of the embedded base. */
  @Test
  @EnabledIfSystemProperty(named = "base.python", matches = "3\\.11")
  void pythonAndJavaAreTheSpecifications() {
    assertThat(output("python3", "--version")).isEqualTo("Python 3.11.2\n");
    assertThat(output("java", "-version")).contains("openjdk version \"17.");
  }

  @Test
  void userAndWorkingDirectoryAreTheBases() {
    assertThat(output("bash", "-c", "id -u; id -g; id -un; pwd; stat -c '%U %a' ."))
        .isEqualTo("185\n185\nspark\n/opt/spark/work-dir\nspark 775\n");
  }

  @Test
  void theHomeDirectoryIsWritable() {
    assertThat(output("bash", "-c", "touch ~/probe && rm ~/probe && cd && pwd")).startsWith("/");
  }

  @Test
  void aJobCannotChangeItsOwnRuntime() {
    Result result = new SparkContainer("touch", "/opt/spark/jars/other.jar").runToEnd();
    assertThat(result.stderr()).contains("Permission denied");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void theEnvironmentIsTheSpecifications() {
    assertThat(output("env").lines())
        .contains(
            "SPARK_DRIVER_MEMORY=2g",
            "SPARK_EXECUTOR_MEMORY=4g",
            "SPARK_JARS_PACKAGES=",
            "PYTHONPATH=/opt/spark/python:/opt/spark/python/lib/py4j-0.10.9.7-src.zip");
  }

  @Test
  void theLabelsSayWhatTheImageIsAndWhatItStandsOn() {
    Map<String, String> labels =
        Image.engine().inspectImageCmd(Image.id()).exec().getConfig().getLabels();
    String prefix = "org.opencontainers.image.";
    assertThat(labels)
        .containsKeys(
            prefix + "title", prefix + "description", prefix + "source", prefix + "base.name")
        .containsEntry(prefix + "version", Project.property("image.tag"))
        .doesNotContainKeys(prefix + "revision", prefix + "created");
    assertThat(labels.get(prefix + "base.digest")).matches("sha256:[0-9a-f]{64}");
  }

  /** Standard output and standard error of a command that succeeds. */
  private static String output(String... command) {
    return new SparkContainer(command).runToEnd().succeeded().output();
  }
}
