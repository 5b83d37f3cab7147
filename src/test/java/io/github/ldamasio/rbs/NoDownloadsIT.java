package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.Network;

/**
 * Who tries to download at run time learns at once that this image does not, and where to read
 * more.
 */
class NoDownloadsIT {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  static List<List<String>> downloads() {
    String session =
        "from pyspark.sql import SparkSession;"
            + "SparkSession.builder.config('spark.jars.packages', 'org.apache.commons:commons-text:1.10.0').getOrCreate()";
    return List.of(
        List.of(
            "spark-submit",
            "--packages",
            "org.apache.commons:commons-text:1.10.0",
            "/opt/spark/examples/src/main/python/pi.py"),
        List.of("python3", "-c", session),
        List.of("pip", "install", "requests"),
        List.of("pip", "install", "--user", "requests"),
        List.of("pip", "install", "--target", "/tmp/packages", "requests==2.31.0"),
        List.of("pip", "install", "--index-url", "https://repository.example/simple", "requests"));
  }

  @ParameterizedTest
  @MethodSource("downloads")
  void aDownloadFailsAtOnceAndNamesThePolicy(List<String> command) {
    try (Network network = SparkContainer.internalNetwork()) {
      Result result =
          new SparkContainer(command.toArray(String[]::new)).withNetwork(network).runToEnd(LIMIT);
      assertThat(result.output()).contains("NO-RUNTIME-DOWNLOADS");
      assertThat(result.exitCode()).isNotZero();
    }
  }
}
