package io.github.ldamasio.rbs.preflight.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.preflight.report.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link SparkSettings}. */
class SparkSettingsTest {
  @TempDir private Path directory;

  @Test
  void explicitSettingsWinOverTheDefaults() throws IOException {
    Files.writeString(
        directory.resolve("spark-defaults.conf"),
        "# coment\u00e1rio\nspark.a  1 \nspark.b=2\n",
        StandardCharsets.ISO_8859_1);
    SparkSettings settings =
        SparkSettings.load(Map.of("spark.b", "3"), Map.of("SPARK_CONF_DIR", directory.toString()));
    assertThat(settings.properties())
        .containsExactlyInAnyOrderEntriesOf(Map.of("spark.a", "1", "spark.b", "3"));
  }

  /** Of others, such as {@code spark.driver.memory}, Spark's launcher reads nothing there. */
  @Test
  void hadoopsSettingsOfTheJvmsOptionsAreTheWeakest() throws IOException {
    Files.writeString(directory.resolve("spark-defaults.conf"), "spark.hadoop.b 2\n");
    String options = "@/file '-Dspark.hadoop.a=1 2' -Dspark.hadoop.b=1 -Dspark.driver.memory=1g";
    assertThat(
            SparkSettings.load(
                    Map.of(),
                    Map.of("SPARK_CONF_DIR", directory.toString(), "SPARK_SUBMIT_OPTS", options))
                .properties())
        .containsExactlyInAnyOrderEntriesOf(Map.of("spark.hadoop.a", "1 2", "spark.hadoop.b", "2"));
  }

  @Test
  void withoutDefaultsThereAreNone() {
    assertThat(
            SparkSettings.load(Map.of(), Map.of("SPARK_HOME", directory.toString())).properties())
        .isEmpty();
  }

  @Test
  void secretsOfSettingsAndVariablesAreTold() {
    Secrets secrets = new Secrets();
    new SparkSettings(
            Map.of("spark.hadoop.fs.s3a.secret.key", "secret-1"), Map.of("PGPASSWORD", "secret-2"))
        .tellSecrets(secrets);
    assertThat(secrets.mask("secret-1 secret-2 three")).isEqualTo("*** *** three");
  }
}
