package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.scene.Scene;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The image's S3A does what its documentation names, with whatever JARs of the SDK it has. */
@Tag("phase")
@Tag("stores")
class S3AContractIT {
  private static final Predicate<String> OK = line -> line.endsWith(" OK");

  @Test
  void eachFeatureWorks() {
    assertThat(checks("/jobs/s3a_contract.py")).hasSizeGreaterThan(15).allMatch(OK);
  }

  /**
   * A copy and a completion that take 45 s are asked for once, and 20 s of 429 are waited for; a
   * port at which nobody listens is an error after seconds. A large file of a partition whose value
   * is escaped can be renamed.
   */
  @Test
  @Tag("full")
  void aSlowStoreIsNotABrokenOne() {
    assertThat(checks("/jobs/s3a_contract.py", "slow")).hasSize(5).allMatch(OK);
  }

  private static List<String> checks(String... job) {
    try (Scene scene = Scene.withRows(1)) {
      return scene
          .job(Stream.concat(Stream.of("spark-submit"), Stream.of(job)).toArray(String[]::new))
          // Some of the providers ask the metadata address, which the image forbids.
          .withEnv("AWS_EC2_METADATA_DISABLED", "false")
          .runToEnd(Duration.ofMinutes(4))
          .succeeded()
          .stdout()
          .lines()
          .filter(line -> line.startsWith("@ "))
          .toList();
    }
  }
}
