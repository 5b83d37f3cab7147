package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.YourJobPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    for (String command : page.lines("kubectl ")) {
      String here = command.replace("kubectl ", "kubectl --namespace=" + namespace.name() + " ");
      Command.run(directory.path(), LIMIT, List.of("bash", "-c", here)).succeeded();
    }
    namespace.kubectl(LIMIT, "wait", "--for=condition=Complete", "job/report", "--timeout=110s");
    assertThat(namespace.kubectl("logs", "job/report").output()).contains(PRINTED);
  }

  @Test
  void theOperatorTakesItsFilesFromTheStore() throws IOException {
    Servers servers = cluster.servers();
    Namespace namespace = cluster.overlay(Variant.SPARK_OPERATOR).namespace();
    servers
        .namespace()
        .kubectl("cp", "--container=server", directory.path().toString(), "s3:/tmp/code")
        .succeeded();
    servers.run("upload_files.py", Map.of("BUCKET", Scene.BUCKET), "/tmp/code", "code");
    ObjectNode application =
        cluster
            .overlay(Variant.SPARK_OPERATOR)
            .manifests()
            .copy()
            .get("SparkApplication", "bronze");
    ((ObjectNode) application.at("/spec/driver/template/spec")).remove("initContainers");
    String own =
        Files.readString(directory.path().resolve("application.yaml"))
            .replace("https://s3.example", servers.settings().get("S3_ENDPOINT"));
    namespace.apply(Json.merged(application, Json.parse(own)).toString());
    try (OperatorPod operator = OperatorPod.start(namespace, cluster.image())) {
      if (namespace
              .kubectl(
                  LIMIT,
                  "wait",
                  "--for=jsonpath={.status.applicationState.state}=COMPLETED",
                  "sparkapplication/report",
                  "--timeout=110s")
              .exitCode()
          != 0) {
        throw new AssertionError(
            operator.log()
                + namespace.describe("sparkapplication/report")
                + namespace.describe("pods"));
      }
      assertThat(namespace.kubectl("logs", "report-driver").output()).contains(PRINTED);
    }
  }
}
