package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.Network;

/** A download at run time fails at once, and says that this image has none and where to read on. */
@Tag("phase")
class NoDownloadsIT {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private static Network network;
  private static SparkContainer container;

  @BeforeAll
  static void start() {
    network = SparkContainer.internalNetwork();
    container = SparkContainer.idle().withNetwork(network);
    container.start();
  }

  @AfterAll
  static void clean() {
    container.close();
    network.close();
  }

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
    Result result = container.execute(LIMIT, command.toArray(String[]::new)).failed();
    assertThat(result.output()).contains("NO-RUNTIME-DOWNLOADS");
  }
}
