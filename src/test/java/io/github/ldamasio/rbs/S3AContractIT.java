package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The image's S3A does what its documentation names, with whatever JARs of the SDK it has. */
@Tag("phase")
class S3AContractIT {

  @Test
  void eachFeatureWorks() {
    try (Scene scene = Scene.withRows(1)) {
      Result contract =
          scene
              .job("spark-submit", "/jobs/s3a_contract.py")
              // Some of the providers ask the metadata address, which the image forbids.
              .withEnv("AWS_EC2_METADATA_DISABLED", "false")
              .runToEnd(Duration.ofMinutes(4))
              .succeeded();
      assertThat(contract.stdout().lines().filter(line -> line.startsWith("@ ")))
          .hasSizeGreaterThan(15)
          .allMatch(line -> line.endsWith(" OK"));
    }
  }
}
