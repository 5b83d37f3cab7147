package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.scene.YourJobPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What docs/your-job.md says of Kubernetes, in a namespace that enforces the restricted standard.
 */
@Tag("kubernetes")
class YourJobKubernetesIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String PRINTED = "id    avro";

  private static Cluster cluster;
  private static YourJobPage page;
  private static TemporaryDirectory directory;

  @BeforeAll
  static void deploy() throws IOException {
    cluster =
        Cluster.deploy(
            System.getProperty("kubernetes.image"), Variant.ONE_POD, Variant.SPARK_OPERATOR);
    page = YourJobPage.read();
    directory = new TemporaryDirectory("your-job-");
    page.writeFiles(directory.path());
    Path wheel = Path.of(Project.property("wheels.directory"), "tabulate-0.9.0-py3-none-any.whl");
    Files.copy(wheel, directory.path().resolve("tabulate.zip"));
  }

  @AfterAll
  static void clean() {
    if (cluster != null) {
      cluster.close();
      directory.close();
    }
  }

  @Test
  void aJobTakesItsFilesFromAConfigMap() throws IOException {
    Namespace namespace = cluster.overlay(Variant.ONE_POD).namespace();
    Path job = directory.path().resolve("job.yaml");
    Files.writeString(
        job, Files.readString(job).replaceFirst("image: \\S+", "image: " + cluster.image()));
    page.lines("kubectl ").forEach(command -> run(command, namespace));
    namespace.kubectl(LIMIT, "wait", "--for=condition=Complete", "job/report", "--timeout=110s");
    assertThat(namespace.kubectl("logs", "job/report").output()).contains(PRINTED);
  }

  @Test
  void theOperatorTakesItsFilesFromAConfigMap() throws IOException {
    Overlay overlay = cluster.overlay(Variant.SPARK_OPERATOR);
    Namespace namespace = overlay.namespace();
    run(page.lines("kubectl create configmap ").get(0), namespace);
    Path kustomization = directory.path().resolve("kustomization.yaml");
    Files.writeString(
        kustomization,
        Files.readString(kustomization)
            .replace("https://s3.example", cluster.servers().settings().get("S3_ENDPOINT")));
    try (OperatorPod operator = OperatorPod.start(namespace, cluster.image())) {
      overlay.apply(kustomization);
      Result wait =
          namespace.kubectl(
              LIMIT,
              "wait",
              "--for=jsonpath={.status.applicationState.state}=COMPLETED",
              "sparkapplication/bronze",
              "--timeout=110s");
      assertThat(wait.exitCode())
          .as(
              () ->
                  operator.log()
                      + namespace.describe("sparkapplication/bronze")
                      + namespace.kubectl("describe", "pods").output())
          .isZero();
      assertThat(namespace.kubectl("logs", "bronze-driver").output()).contains(PRINTED);
    }
  }

  private static void run(String command, Namespace namespace) {
    String here = command.replace("kubectl ", "kubectl --namespace=" + namespace.name() + " ");
    Command.run(directory.path(), LIMIT, List.of("bash", "-c", here)).succeeded();
  }
}
