package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.server.S3Server;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/** The image's S3A does what its documentation names, with whatever JARs of the SDK it has. */
class S3AContractIT {

  @Test
  void eachFeatureWorks() {
    try (Network network = SparkContainer.internalNetwork();
        // It encrypts nothing, but need not refuse who asks for it.
        S3Server s3 = new S3Server(network, "s3", "s3proxy.ignore-unknown-headers=true")) {
      job(network, "python3", "/jobs/create_bucket.py").runToEnd().succeeded();
      List<String> lines =
          job(network, "spark-submit", "/jobs/s3a_contract.py")
              .runToEnd(Duration.ofMinutes(4))
              .succeeded()
              .stdout()
              .lines()
              .filter(line -> line.startsWith("@ "))
              .toList();
      assertThat(lines)
          .as("with the store at " + s3.address())
          .hasSizeGreaterThan(15)
          .allMatch(line -> line.endsWith(" OK"));
    }
  }

  private static SparkContainer job(Network network, String... command) {
    return new SparkContainer(command)
        .withNetwork(network)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
        .withEnv(S3Server.environment())
        .withEnv("BUCKET", "lake");
  }
}
