package io.github.ldamasio.rbs.preflight.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ldamasio.rbs.preflight.image.Memory.Role;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link Memory} and {@link MemorySize}. */
class MemoryTest {

  @ParameterizedTest
  @CsvSource({"2g,2048", "512m,512", "512,512", "2048k,2", "1T,1048576", "3gb,3072"})
  void sizesAreSparks(String text, long mebibytes) {
    assertThat(MemorySize.parse(text).mebibytes()).isEqualTo(mebibytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2 g", "-1g", "2.5g", "lots"})
  void whatIsNoSizeIsNamed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemorySize.parse(text))
        .withMessageContaining("memory '" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({"1024,384", "3840,384", "3850,385", "4096,409"})
  void theOverheadIsATenthButNotLessThan384(long heap, long overhead) {
    assertThat(overhead(heap, Map.of())).isEqualTo(overhead);
  }

  @Test
  void settingsOfTheOverheadWin() {
    Map<String, String> kubernetes = Map.of("spark.kubernetes.memoryOverheadFactor", "0.4");
    assertThat(overhead(4096, kubernetes)).isEqualTo(1638);
    assertThat(overhead(4096, Map.of("spark.driver.memoryOverheadFactor", "0.4"))).isEqualTo(1638);
    assertThat(overhead(4096, Map.of("spark.driver.memoryOverhead", "100"))).isEqualTo(100);
  }

  @Test
  void aSettingWinsOverTheVariable() {
    Map<String, String> environment = Map.of("SPARK_DRIVER_MEMORY", "2g");
    assertThat(heap(Map.of("spark.driver.memory", "3g"), environment)).isEqualTo(3072);
    assertThat(heap(Map.of(), environment)).isEqualTo(2048);
    assertThat(heap(Map.of(), Map.of())).isEqualTo(1024);
  }

  private static long overhead(long heap, Map<String, String> properties) {
    return Memory.overhead(
            Role.DRIVER, MemorySize.ofMebibytes(heap), new SparkSettings(properties, Map.of()))
        .mebibytes();
  }

  private static long heap(Map<String, String> properties, Map<String, String> environment) {
    return Memory.heap(Role.DRIVER, new SparkSettings(properties, environment)).mebibytes();
  }
}
