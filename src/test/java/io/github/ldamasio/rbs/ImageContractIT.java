package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the specification promises of the image, seen from inside one container without a network.
 */
@Tag("phase")
class ImageContractIT {
  private static SparkContainer container;

  @BeforeAll
  static void start() {
    container = SparkContainer.idle();
    container.start();
  }

  @AfterAll
  static void clean() {
    container.close();
  }

  /** The specification's first validation command. The container's shell expands the {@code *}. */
  @Test
  void validationListsHadoopAws() {
    assertThat(output("bash", "-c", "ls -lh /opt/spark/jars/hadoop-aws-*.jar"))
        .contains("/opt/spark/jars/hadoop-aws-");
  }

  /** The specification's second validation command, as written there. */
  @Test
  void validationImportsPyarrow() {
    assertThat(output("python3", "-c", "import pyarrow; print('✓ PyArrow installed')"))
        .isEqualTo("✓ PyArrow installed\n");
  }

  /** The specification's third validation command, as written there. */
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

  /** PYTHONPATH is for PySpark only: a job that sets another one keeps the baked packages. */
  @Test
  void eachWheelPinImportsInItsVersionUnderAnyPythonPath() {
    String code =
        WheelPin.all().stream()
            .map(pin -> "('%s', '%s')".formatted(pin.distribution(), pin.module()))
            .collect(
                Collectors.joining(
                    ", ",
                    "import importlib, importlib.metadata as metadata\nfor name, module in [",
                    """
                    ]:
                        try:
                            importlib.import_module(module)
                            print(name, metadata.version(name), sep='==')
                        except Exception as e:
                            print(name, repr(e), sep=': ')
                    """));
    assertThat(output("env", "PYTHONPATH=/tmp", "python3", "-c", code).lines())
        .containsExactlyElementsOf(WheelPin.all().stream().map(WheelPin::toString).toList());
  }

  /** Python 3.8 has no zoneinfo, from which pyarrow takes time zones otherwise. */
  @Test
  void pyarrowHasTimeZonesWithoutZoneinfo() {
    String code =
        "import sys; sys.modules['zoneinfo'] = None; import pyarrow;"
            + " print(pyarrow.array([0], pyarrow.timestamp('us', 'America/Sao_Paulo')).to_pylist()[0])";
    assertThat(output("python3", "-c", code)).isEqualTo("1969-12-31 21:00:00-03:00\n");
  }

  /**
   * A .pth file says where it is, since a job may set another PYTHONPATH, and {@code -I} has none.
   */
  @ParameterizedTest
  @ValueSource(strings = {"python3", "env PYTHONPATH=/app python3", "python3 -I"})
  void pysparkIsSparksOwnUnderAnyPythonPath(String python) {
    String code = "import pyspark, py4j; print(pyspark.__version__, pyspark.__file__)";
    String[] command =
        Stream.concat(Stream.of(python.split(" ")), Stream.of("-c", code)).toArray(String[]::new);
    assertThat(output(command))
        .isEqualTo(
            Project.property("base.spark.version") + " /opt/spark/python/pyspark/__init__.py\n");
  }

  @Test
  void pythonIsTheOneThatTheWheelsWereChosenFor() {
    assertThat(output("python3", "--version"))
        .startsWith("Python " + Project.property("base.python") + ".");
  }

  /** The versions of the specification, or the older ones of the official base. */
  @Test
  void javaIsTheOneThatGoesWithThePython() {
    String both = output("bash", "-c", "python3 --version && java -version 2>&1 | head -n 1");
    assertThat(both)
        .containsPattern(
            "^Python (3\\.11\\.2\nopenjdk version \"17|3\\.[89]\\..*\nopenjdk version \"11)\\.");
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
    Result result = container.execute("touch", "/opt/spark/jars/other.jar");
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
            "PYTHONPATH=" + String.join(":", pathFile()));
  }

  /** The paths of the file that makes PySpark importable without PYTHONPATH. */
  private static List<String> pathFile() {
    Path file = Project.DIRECTORY.resolve("src/main/python/rbs_spark_pyspark.pth");
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> line.startsWith("/")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    return container.execute(command).succeeded().output();
  }
}
