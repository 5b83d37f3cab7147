package io.github.ldamasio.rbs.preflight.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests for {@link JavaOptions}. */
class JavaOptionsTest {
  @Test
  void theLastOfTheDriversOptionsWins() {
    Map<String, String> settings =
        Map.of(
            "spark.driver.defaultJavaOptions", "-Db=2 -Dc=2",
            "spark.driver.extraJavaOptions", "-Xmx1g -Dc=3 -Dd -ea",
            "spark.executor.extraJavaOptions", "-Dc=4");
    assertThat(properties(settings, Map.of("SPARK_SUBMIT_OPTS", "@/file -Da=1 -Db=1 -Dc=1")))
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2", "c", "3", "d", ""));
  }

  @Test
  void quotesHoldWhiteSpaceTogether() {
    Map<String, String> settings =
        Map.of("spark.driver.extraJavaOptions", "-Da='b c' \"-Dd=e=f  g\"\n-Dh=i");
    assertThat(properties(settings, Map.of()))
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", "b c", "d", "e=f  g", "h", "i"));
  }

  @Test
  void settingsOfSparkAndOfLoggingAreNotForOtherPrograms() {
    Map<String, String> settings =
        Map.of("spark.driver.extraJavaOptions", "-Dspark.a=1 -Dlog4j2.configurationFile=x");
    assertThat(properties(settings, Map.of())).isEmpty();
  }

  private static Map<String, String> properties(
      Map<String, String> settings, Map<String, String> environment) {
    Map<String, String> found = new TreeMap<>();
    JavaOptions.ofDriver(new SparkSettings(settings, environment)).forEach(found::put);
    return found;
  }
}
