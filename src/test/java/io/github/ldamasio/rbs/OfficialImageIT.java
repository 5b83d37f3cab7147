package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/**
 * The rollback to the base alone, where a job fetches its JARs and Python packages when it starts,
 * on a network that denies everything: it fails and says why, but later than {@link NoDownloadsIT}
 * demands of this image. {@code docs/runbook.md} says what it would need.
 */
@Tag("full")
class OfficialImageIT {
  /** The tools retry: on an idle machine they took 43 s and 68 s. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static Network network;
  private static SparkContainer submit;
  private static SparkContainer pip;

  /** Both at the same time: all that they do is wait. */
  @BeforeAll
  static void start() {
    network = SparkContainer.internalNetwork();
    submit =
        base(
            "/opt/spark/bin/spark-submit",
            "--conf=spark.jars.ivy=/tmp/ivy",
            "--packages=org.apache.hadoop:hadoop-aws:3.3.4,org.postgresql:postgresql:42.6.0",
            "/opt/spark/examples/src/main/python/pi.py");
    pip = base("pip", "install", "--target=/tmp/packages", "psycopg2-binary", "pyarrow");
    submit.start();
    pip.start();
  }

  @AfterAll
  static void clean() {
    pip.close();
    submit.close();
    network.close();
  }

  @Test
  void packagesOfSparkEndTheJobWithTheReason() {
    Result result = submit.awaitEnd(LIMIT);
    assertThat(result.output())
        .containsPattern("Host \\S+ not found[.] url=\\S+/hadoop-aws-3[.]3[.]4[.]jar")
        .contains("unresolved dependency: org.apache.hadoop#hadoop-aws;3.3.4: not found")
        .contains("unresolved dependency: org.postgresql#postgresql;42.6.0: not found")
        .doesNotContain("Pi is roughly");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void pipEndsWithTheReason() {
    Result result = pip.awaitEnd(LIMIT);
    assertThat(result.output())
        .contains("Temporary failure in name resolution")
        .contains("No matching distribution found for psycopg2-binary");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private static SparkContainer base(String... command) {
    return new SparkContainer(command).ofImage(Image.base()).withNetwork(network);
  }
}
