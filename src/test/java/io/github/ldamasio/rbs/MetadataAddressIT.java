package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The image asks no cloud's metadata address for credentials. A server stands in for it, and logs
 * each request.
 */
@Tag("phase")
class MetadataAddressIT {
  @Test
  void nobodyAsksIt() {
    String clients =
        "import boto3, pyarrow.fs; print(boto3.Session().get_credentials());"
            + " pyarrow.fs.S3FileSystem(region='eu-west-1')";
    try (Network network = SparkContainer.internalNetwork();
        SparkContainer metadata =
            new SparkContainer("python3", "-m", "http.server", "8000")
                .withNetwork(network)
                .withNetworkAliases("metadata")
                .waitingFor(Wait.forLogMessage(".*Serving HTTP.*", 1))) {
      metadata.start();
      Result result =
          new SparkContainer("python3", "-c", clients)
              .withNetwork(network)
              .withEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://metadata:8000/")
              .runToEnd();
      assertThat(result.succeeded().stdout()).isEqualTo("None\n");
      assertThat(metadata.getLogs()).doesNotContain("\"PUT ", "\"GET ");
    }
  }
}
