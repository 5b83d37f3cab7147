package io.github.ldamasio.rbs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.process.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.Network;

/**
 * A download at run time fails at once, and says that this image has none and where to read on. The
 * coordinates of what is baked are no download.
 */
@Tag("phase")
class NoDownloadsIT {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration SESSION = Duration.ofMinutes(2);

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
    return List.of(
        List.of(
            "spark-sql", "--packages", "org.apache.commons:commons-text:1.10.0", "-e", "select 1"),
        List.of("python3", "-c", session("org.apache.commons:commons-text:1.10.0")),
        // another version of a baked JAR
        List.of("spark-sql", "--packages", "org.postgresql:postgresql:42.0.0", "-e", "select 1"),
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

  /** As manifests of the official image name them; the classes come from the image. */
  static List<List<String>> baked() {
    String all =
        JarPin.all().stream()
            .map(jar -> jar.groupId() + ":" + jar.artifactId() + ":" + jar.version())
            .collect(joining(","));
    return List.of(
        List.of("spark-sql", "--packages", all, "-e", "select 'done'"),
        List.of("python3", "-c", session(all) + ";print('done')"));
  }

  @ParameterizedTest
  @MethodSource("baked")
  void whatIsBakedNeedsNoDownload(List<String> command) {
    Result result = container.execute(SESSION, command.toArray(String[]::new)).succeeded();
    assertThat(result.stdout()).endsWith("done\n");
    assertThat(result.stderr()).contains("\t0 artifacts copied");
  }

  private static String session(String packages) {
    return "from pyspark.sql import SparkSession;SparkSession.builder.config('spark.jars.packages', '"
        + packages
        + "').getOrCreate()";
  }
}
