package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.S3Server;
import io.github.ldamasio.rbs.server.SilentServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/**
 * {@code rbs-preflight --k8s} where there is no Kubernetes. {@code KubernetesIT} runs it on a
 * cluster.
 */
class PreflightKubernetesIT {
  private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/";
  private static final String TOKEN = "the-service-accounts-token";

  @Test
  void withoutAServiceAccountTheServerIsNotAsked() {
    PreflightRun.of(new SparkContainer("rbs-preflight", "--k8s"))
        .failsOnlyFor("k8s account", "expected a token", "automountServiceAccountToken");
  }

  @Tag("full")
  @Test
  void aServerBehindAPolicyIsNamed() throws IOException {
    try (Network network = SparkContainer.internalNetwork();
        SilentServer silent = new SilentServer(network, "silent", 6443)) {
      preflight(network, "silent", 6443)
          .failsOnlyFor("k8s connect", silent.address() + "': no answer", "NetworkPolicy");
    }
  }

  /** A server that answers, but not as an API server does. */
  @Tag("full")
  @Test
  void aServerWithoutTlsIsNamed() throws IOException {
    try (Network network = SparkContainer.internalNetwork();
        S3Server other = new S3Server(network, "s3", "")) {
      preflight(network, other.address(), 9000)
          .failsOnlyFor("k8s pods", other.address() + ":9000': TLS failed", "plain HTTP");
    }
  }

  private static PreflightRun preflight(Network network, String host, int port) throws IOException {
    try (TemporaryDirectory directory = new TemporaryDirectory("account-")) {
      Path token = Files.writeString(directory.path().resolve("token"), TOKEN);
      PreflightRun run =
          PreflightRun.of(
              new SparkContainer("rbs-preflight", "--k8s")
                  .withNetwork(network)
                  .withReadOnly(token, ACCOUNT + "token")
                  .withEnv("KUBERNETES_SERVICE_HOST", host)
                  .withEnv("KUBERNETES_SERVICE_PORT", String.valueOf(port)));
      assertThat(run.result().output()).doesNotContain(TOKEN);
      return run;
    }
  }
}
