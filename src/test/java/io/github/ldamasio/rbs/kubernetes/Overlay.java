package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Probe.Destination;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An overlay of {@code target/k8s} on a cluster, in a namespace of its own. The site's files are
 * filled in, and the image has the name that the cluster's nodes know; nothing else is changed.
 */
final class Overlay implements AutoCloseable {
  private static final Set<String> JOBS = Set.of("Job", "CronJob", "SparkApplication");

  private final TemporaryDirectory directory = new TemporaryDirectory("k8s-");
  private final Path overlays = directory.path().resolve("target/k8s");
  private final Namespace namespace;
  private final Variant variant;
  private final Manifests manifests;

  private Overlay(
      Namespace namespace, Variant variant, Servers servers, Destination api, String image) {
    this.namespace = namespace;
    this.variant = variant;
    new Site(overlays, servers, api).write(namespace.name(), variant, image);
    this.manifests = Manifests.render(overlays, variant);
  }

  /** Creates the namespace with everything but the jobs, which a test runs. */
  static Overlay create(
      String name, Variant variant, Servers servers, Destination api, String image) {
    Overlay overlay = new Overlay(new Namespace(name), variant, servers, api, image);
    try {
      overlay.apply(servers.settings());
      return overlay;
    } catch (RuntimeException | AssertionError e) {
      overlay.close();
      throw e;
    }
  }

  private void apply(Map<String, String> settings) {
    namespace.apply(manifests.all("Namespace").get(0).toString());
    createSecrets(settings);
    namespace.apply(
        manifests.objects().stream()
            .filter(object -> !JOBS.contains(object.path("kind").asText()))
            .map(object -> "---\n" + object + "\n")
            .collect(Collectors.joining()));
  }

  /** Creates those of the templates' Secrets whose values these settings have. */
  void createSecrets(Map<String, String> settings) {
    for (ObjectNode secret : manifests.copy().secrets()) {
      ObjectNode data = (ObjectNode) secret.path("stringData");
      data.fieldNames().forEachRemaining(name -> data.put(name, settings.getOrDefault(name, "")));
      if (Json.values(data).noneMatch(value -> value.asText().isEmpty())) {
        namespace.apply(secret.toString());
      }
    }
  }

  /** What kustomize renders of another variant, for this namespace. */
  Manifests manifests(Variant other) {
    return Manifests.render(overlays, other);
  }

  /** Asks the API server whether it would accept the whole overlay, without unknown fields. */
  Result dryRun() {
    return Kubectl.run(
        "apply",
        "--dry-run=server",
        "--validate=strict",
        "--kustomize=" + overlays.resolve(variant.directory()));
  }

  /** Applies another kustomization, as if it lay in a directory beside this one. */
  void apply(Path kustomization) throws IOException {
    Path beside = Files.createDirectories(overlays.resolve("beside"));
    Files.copy(kustomization, beside.resolve("kustomization.yaml"));
    namespace.kubectl("apply", "--validate=strict", "--kustomize=" + beside).succeeded();
  }

  /** Runs a command of the runbook with this variant, in this namespace. */
  Result run(Runbook runbook, String start, String previous) {
    String command =
        runbook
            .command(start)
            .replace("one-pod", variant.directory())
            .replace("--namespace=rbs-spark", "--namespace=" + namespace.name());
    return Runbook.run(directory.path(), previous, command).succeeded();
  }

  /**
   * Runs a job to its end; returns the logs of all its containers.
   *
   * @throws AssertionError with its events and logs if it fails
   */
  String run(String job) {
    namespace.kubectl("delete", "job", job, "--ignore-not-found").succeeded();
    ObjectNode object = manifests.get("Job", job);
    // As the runbook does with silver once bronze is complete; a test does not try twice.
    ((ObjectNode) object.path("spec")).put("suspend", false).put("backoffLimit", 0);
    namespace.apply(object.toString());
    Result wait =
        namespace.kubectl(
            Duration.ofMinutes(6),
            "wait",
            "--for=jsonpath={.status.conditions[0].status}=True",
            "job/" + job,
            "--timeout=5m");
    String logs = namespace.kubectl("logs", "job/" + job, "--all-containers", "--tail=-1").output();
    if (namespace.get("job", job).at("/status/succeeded").asInt() != 1) {
      throw new AssertionError(
          "job '%s': expected it to complete, found:\n%s%s%s"
              .formatted(job, wait.output(), namespace.describe("job/" + job), logs));
    }
    return logs;
  }

  /** What kustomize rendered. */
  Manifests manifests() {
    return manifests;
  }

  Namespace namespace() {
    return namespace;
  }

  Variant variant() {
    return variant;
  }

  @Override
  public void close() {
    namespace.close();
    directory.close();
  }
}
