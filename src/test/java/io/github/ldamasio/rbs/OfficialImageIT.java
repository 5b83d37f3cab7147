package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/**
 * The rollback to an image without anything added, which fetches JARs and Python packages when a
 * job starts, on a network that denies all: it fails and says why, if not as soon as {@link
 * NoDownloadsIT} demands it of this image. {@code docs/runbook.md} has what it would need.
 */
class OfficialImageIT {
  /** Found on an idle machine: 43 s and 68 s, which is what the tools wait and try again. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static Network network;

  @BeforeAll
  static void denyAll() {
    network = SparkContainer.internalNetwork();
  }

  @AfterAll
  static void clean() {
    network.close();
  }

  @Test
  void packagesOfSparkEndTheJobWithTheReason() {
    Result result =
        run(
            "/opt/spark/bin/spark-submit",
            "--conf=spark.jars.ivy=/tmp/ivy",
            "--packages=org.apache.hadoop:hadoop-aws:3.3.4,org.postgresql:postgresql:42.6.0",
            "/opt/spark/examples/src/main/python/pi.py");
    assertThat(result.output())
        .containsPattern("Host \\S+ not found[.] url=\\S+/hadoop-aws-3[.]3[.]4[.]jar")
        .contains("unresolved dependency: org.apache.hadoop#hadoop-aws;3.3.4: not found")
        .contains("unresolved dependency: org.postgresql#postgresql;42.6.0: not found")
        .doesNotContain("Pi is roughly");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void pipEndsWithTheReason() {
    Result result = run("pip", "install", "--target=/tmp/packages", "psycopg2-binary", "pyarrow");
    assertThat(result.output())
        .contains("Temporary failure in name resolution")
        .contains("No matching distribution found for psycopg2-binary");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private static Result run(String... command) {
    return new SparkContainer(command).ofImage(Image.base()).withNetwork(network).runToEnd(LIMIT);
  }
}
