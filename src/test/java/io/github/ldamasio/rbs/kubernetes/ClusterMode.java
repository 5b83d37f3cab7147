package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Submits {@code cluster_job.py} by {@code spark-submit --deploy-mode cluster}, from a pod outside
 * the jobs' namespace, with the pod templates and the settings of the SparkApplication.
 */
final class ClusterMode {
  /** As a Spark without this image's environment. */
  static final List<String> PLAIN =
      List.of(
          "env",
          "--unset=SPARK_SUBMIT_OPTS",
          "--unset=DEFAULT_ARTIFACT_REPOSITORY",
          "--unset=SPARK_DRIVER_MEMORY",
          "--unset=SPARK_EXECUTOR_MEMORY");

  private static final String ACCOUNT = "submitter";
  private static final String JOBS = "jobs";
  private static final String WRITE_TEMPLATES =
      "printf %s \"$1\" >/tmp/driver.json; printf %s \"$2\" >/tmp/executor.json; shift 2; exec \"$@\"";

  private final Cluster cluster;
  private final Namespace namespace;
  private final SparkApplication application;

  private ClusterMode(Cluster cluster) {
    Overlay overlay = cluster.overlay(Variant.SPARK_OPERATOR);
    this.cluster = cluster;
    this.namespace = overlay.namespace();
    this.application = new SparkApplication(overlay.manifests().get("SparkApplication", "bronze"));
  }

  /** Creates the account that submits, and a ConfigMap with the job. */
  static ClusterMode create(Cluster cluster) {
    ClusterMode mode = new ClusterMode(cluster);
    Namespace servers = cluster.servers().namespace();
    servers.kubectl("create", "serviceaccount", ACCOUNT).succeeded();
    mode.namespace
        .kubectl(
            "create",
            "rolebinding",
            ACCOUNT,
            "--clusterrole=edit",
            "--serviceaccount=" + servers.name() + ":" + ACCOUNT)
        .succeeded();
    mode.namespace
        .kubectl(
            "create",
            "configmap",
            JOBS,
            "--from-file=" + Project.DIRECTORY.resolve("src/test/jobs/cluster_job.py"),
            "--from-file=" + Project.DIRECTORY.resolve("src/test/jobs/print_settings.py"))
        .succeeded();
    return mode;
  }

  /**
   * Runs a job to its end.
   *
   * @param name of the driver's pod
   * @param submitter what comes before {@code spark-submit}
   * @param options further ones of {@code spark-submit}
   * @param settings whose values the job prints
   */
  Driver run(String name, List<String> submitter, List<String> options, List<String> settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash", "-c", WRITE_TEMPLATES, "bash", template("driver"), template("executor")));
    command.addAll(submitter);
    command.addAll(
        List.of(
            "spark-submit",
            "--master=k8s://https://kubernetes.default.svc",
            "--deploy-mode=cluster",
            "--name=" + name));
    conf(name).forEach(command::add);
    command.addAll(options);
    command.add("local:///jobs/cluster_job.py");
    command.add("s3a://" + Scene.BUCKET + "/" + name);
    command.addAll(settings);
    Namespace servers = cluster.servers().namespace();
    String pod = "submit-" + name;
    String log =
        servers.runToEnd(
            pod, Probe.pod(pod, Map.of(), Optional.of(ACCOUNT), cluster.image(), command));
    String ended = "--for=jsonpath={.status.containerStatuses[0].state.terminated}";
    if (namespace.kubectl("wait", ended, "pod/" + name, "--timeout=110s").exitCode() != 0) {
      throw new AssertionError(log + namespace.describe("pod/" + name));
    }
    return new Driver(namespace.get("pod", name), namespace.kubectl("logs", name).output());
  }

  private Stream<String> conf(String name) {
    Stream<String> own =
        Stream.of(
            "spark.kubernetes.namespace=" + namespace.name(),
            "spark.kubernetes.container.image=" + cluster.image(),
            "spark.kubernetes.driver.pod.name=" + name,
            "spark.kubernetes.driver.request.cores=100m",
            "spark.kubernetes.driver.podTemplateFile=/tmp/driver.json",
            "spark.kubernetes.executor.request.cores=100m",
            "spark.kubernetes.executor.podTemplateFile=/tmp/executor.json",
            "spark.kubernetes.authenticate.driver.serviceAccountName=driver",
            "spark.kubernetes.submission.waitAppCompletion=false",
            "spark.executor.instances=1",
            "spark.hadoop.fs.s3a.endpoint=" + cluster.servers().settings().get("S3_ENDPOINT"));
    return Stream.concat(
            own,
            application.object().at("/spec/sparkConf").properties().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue().asText()))
        .map("--conf="::concat);
  }

  /** The SparkApplication's template, with the job and without preflight, which asks PostgreSQL. */
  private String template(String role) {
    ObjectNode template = application.template(role);
    ObjectNode spec = (ObjectNode) template.path("spec");
    spec.remove("initContainers");
    if (role.equals("driver")) {
      spec.withArray("volumes")
          .addObject()
          .put("name", JOBS)
          .putObject("configMap")
          .put("name", JOBS);
      ((ObjectNode) spec.at("/containers/0"))
          .withArray("volumeMounts")
          .addObject()
          .put("name", JOBS)
          .put("mountPath", "/jobs");
    }
    return template.put("apiVersion", "v1").put("kind", "Pod").toString();
  }

  /** A driver's pod that has ended, and its log. */
  record Driver(JsonNode pod, String log) {
    int exitCode() {
      return pod.at("/status/containerStatuses/0/state/terminated/exitCode").asInt(-1);
    }

    String memoryLimit() {
      return pod.at("/spec/containers/0/resources/limits/memory").asText();
    }

    /** By which Spark names the event log. */
    String applicationId() {
      return pod.at("/metadata/labels/spark-app-selector").asText();
    }
  }
}
