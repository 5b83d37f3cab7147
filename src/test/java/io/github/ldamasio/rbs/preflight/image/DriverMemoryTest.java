package io.github.ldamasio.rbs.preflight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link DriverMemory} and {@link SubmitArguments}. */
class DriverMemoryTest {
  private static final Map<String, String> IMAGE = Map.of("SPARK_DRIVER_MEMORY", "2g");

  @TempDir private Path directory;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream messages = new PrintStream(said, true);

  @ParameterizedTest
  @CsvSource({"2431,0.1,2047", "2048,0.1,1664", "1433,0.4,1024", "864,0.1,480"})
  void theDefaultIsLoweredToWhatFitsWithItsOverhead(long limit, String factor, long heap)
      throws Failure {
    String setting = "spark.kubernetes.memoryOverheadFactor=" + factor;
    assertThat(fit(limit, "--conf", setting, "job.py")).contains(heap);
  }

  @Test
  void theDefaultStaysWhereItFits() throws Failure {
    assertThat(fit(2432)).isEmpty();
    assertThat(said.toString()).isEmpty();
  }

  @Test
  void noHeapFitsBelowSparksLeast() {
    assertThatThrownBy(() -> fit(863))
        .isInstanceOf(Failure.class)
        .hasMessage("memory limit '863 MiB': expected at least 864 MiB for a driver");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--driver-memory 1g",
        "--driver-memory=1g",
        "--conf spark.driver.memory=1g",
        "-c spark.driver.memory=1g",
        "--verbose --name x --conf=spark.driver.memory=1g job.py"
      })
  void whatTheUserGaveStaysIfTheHeapAloneFitsAndIsRefusedIfNot(String arguments) throws Failure {
    assertThat(fit(1024, arguments.split(" "))).isEmpty();
    assertThatThrownBy(() -> fit(1023, arguments.split(" ")))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "spark.driver.memory '1g': expected a heap within the container's limit of 1023 MiB,"
                + " found 1024 MiB")
        .extracting(e -> ((Failure) e).remedy())
        .isEqualTo("raise the limit to 1408 MiB, or give the driver less");
  }

  @Test
  void theJobsOwnArgumentsAreNotSparks() throws Failure {
    assertThat(fit(2048, "job.py", "--driver-memory", "3g")).contains(1664L);
  }

  @Test
  void aPropertiesFileGivesItToo() throws IOException, Failure {
    Path file = Files.writeString(directory.resolve("spark.properties"), "spark.driver.memory=1g");
    assertThat(fit(1024, "--properties-file", file.toString())).isEmpty();
    Files.writeString(file, "spark.app.name=x");
    assertThat(fit(1408, "--properties-file", file.toString())).contains(1024L);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {"1g", "none"})
  void anotherVariableThanTheImagesIsTheUsers(String value) throws Failure {
    Map<String, String> environment =
        value == null ? Map.of() : Map.of("SPARK_DRIVER_MEMORY", value);
    assertThat(fit(environment, 1024)).isEmpty();
    assertThatThrownBy(() -> fit(environment, 1023))
        .hasMessageContaining(value == null ? "Spark's default '1g'" : "SPARK_DRIVER_MEMORY '1g'");
  }

  private Optional<Long> fit(long limit, String... words) throws Failure {
    return fit(IMAGE, limit, words);
  }

  private Optional<Long> fit(Map<String, String> environment, long limit, String... words)
      throws Failure {
    SparkSettings settings = SubmitArguments.parse(words).settings(environment);
    return new DriverMemory(settings, MemorySize.ofMebibytes(limit))
        .fit(messages)
        .map(MemorySize::mebibytes);
  }
}
