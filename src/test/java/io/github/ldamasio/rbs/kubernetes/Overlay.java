package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A variant of {@code target/k8s} in a namespace of its own. The site's files are filled in as the
 * runbook says; the image may be called otherwise on the cluster's nodes; nothing else is changed.
 */
final class Overlay implements AutoCloseable {
  private static final String NAMESPACE = "rbs-spark";

  private static final String OVERLAYS = "target/k8s";

  private final TemporaryDirectory directory = new TemporaryDirectory("k8s-");
  private final Namespace namespace;
  private final Variant variant;
  private final String prefix;
  private final Manifests manifests;

  private Overlay(
      Namespace namespace, Variant variant, Servers servers, Endpoint api, String image) {
    this.namespace = namespace;
    this.variant = variant;
    this.prefix = "s3a://" + Servers.BUCKET + "/" + variant.directory();
    fillIn(servers, api, image);
    this.manifests = Manifests.render(overlays(), variant);
  }

  /** Creates the namespace with everything but the jobs, which a test runs. */
  static Overlay create(String name, Variant variant, Servers servers, Endpoint api, String image) {
    Overlay overlay = new Overlay(new Namespace(name), variant, servers, api, image);
    try {
      overlay.create(servers);
      return overlay;
    } catch (RuntimeException | AssertionError e) {
      overlay.close();
      throw e;
    }
  }

  private void create(Servers servers) {
    namespace.apply(manifests.all("Namespace").get(0).toString());
    Map<String, String> settings = servers.settings();
    for (ObjectNode secret : manifests.secrets()) {
      ObjectNode data = (ObjectNode) secret.path("stringData");
      List.copyOf(data.properties())
          .forEach(entry -> data.put(entry.getKey(), settings.get(entry.getKey())));
      namespace.apply(secret.toString());
    }
    namespace.apply(
        manifests.objects().stream()
            .filter(object -> !object.path("kind").asText().equals("Job"))
            .map(object -> "---\n" + object + "\n")
            .collect(Collectors.joining()));
  }

  /**
   * Asks the API server if it would take the whole overlay, without a field that it does not know.
   */
  Result dryRun() {
    return Kubectl.run(
        "apply",
        "--dry-run=server",
        "--validate=strict",
        "--kustomize=" + overlays().resolve(variant.directory()));
  }

  /** Runs a command of the runbook here: with this variant, in this namespace. */
  Result run(Runbook runbook, String start, String previous) {
    String command =
        runbook
            .command(start)
            .replace("one-pod", variant.directory())
            .replace("--namespace=" + NAMESPACE, "--namespace=" + namespace.name());
    return Runbook.run(directory.path(), previous, command).succeeded();
  }

  /**
   * Runs a job to its end.
   *
   * @throws AssertionError with all that is known of it if it does not end well
   */
  JobRun run(String job) {
    namespace.kubectl("delete", "job", job, "--ignore-not-found").succeeded();
    ObjectNode object = manifests.get("Job", job);
    ObjectNode spec = (ObjectNode) object.path("spec");
    // as the runbook does with silver once bronze is complete; and a test waits for no second try
    spec.put("suspend", false);
    spec.put("backoffLimit", 0);
    namespace.apply(object.toString());
    Result wait =
        namespace.kubectl(
            Duration.ofMinutes(6),
            "wait",
            "--for=jsonpath={.status.conditions[0].status}=True",
            "job/" + job,
            "--timeout=5m");
    String logs = namespace.kubectl("logs", "job/" + job, "--all-containers", "--tail=-1").output();
    boolean complete = namespace.get("job", job).at("/status/succeeded").asInt() == 1;
    if (!complete) {
      throw new AssertionError(
          "job '"
              + job
              + "': expected it to complete"
              + wait.output()
              + namespace.describe("job/" + job)
              + logs);
    }
    return new JobRun(logs, namespace.get("pod", pod(job)));
  }

  /** Where the jobs of this variant leave their data. */
  String prefix() {
    return prefix;
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

  private Path overlays() {
    return directory.path().resolve(OVERLAYS);
  }

  private String pod(String job) {
    return namespace
        .kubectl(
            "get",
            "pods",
            "--selector=job-name=" + job,
            "--output=jsonpath={.items[0].metadata.name}")
        .succeeded()
        .output();
  }

  private void fillIn(Servers servers, Endpoint api, String image) {
    copy();
    Map<String, String> settings = servers.settings();
    edit(
        "site/settings.env",
        text -> {
          String changed = text;
          for (String name : List.of("JDBC_URL", "S3_ENDPOINT")) {
            changed = changed.replaceAll("(?m)^" + name + "=.*", name + "=" + settings.get(name));
          }
          return changed
              .replaceAll("(?m)^BRONZE_PATH=.*", "BRONZE_PATH=" + prefix + "/bronze")
              .replaceAll("(?m)^SILVER_PATH=.*", "SILVER_PATH=" + prefix + "/silver")
              .replaceAll("(?m)^BUSINESS_DATE=.*", "BUSINESS_DATE=" + KubernetesIT.DATE);
        });
    edit(
        "site/postgresql.yaml",
        text ->
            text.replace(
                "metadata.name: postgresql", "metadata.name: " + servers.namespace().name()));
    edit(
        "site/s3.yaml",
        text ->
            text.replaceAll(
                    "(?s)cidr: .*?      ports:",
                    "cidr: " + servers.address("s3") + "/32\n      ports:")
                .replace("port: 443", "port: 9000"));
    edit(
        "executor-pods/kubernetes-api.yaml",
        text -> text.replace("192.0.2.1", api.host()).replace("port: 6443", "port: " + api.port()));
    edit(
        "one-pod/kustomization.yaml",
        text ->
            text.replaceAll("(?s)(newName: ).*", "$1" + image.replaceFirst(":[^/]*$|@.*", ""))
                + "\n    newTag: "
                + image.replaceFirst("^.*/[^:]*:", "")
                + "\n");
    for (Variant each : List.of(Variant.ONE_POD, Variant.EXECUTOR_PODS)) {
      edit(
          each.directory() + "/kustomization.yaml",
          text -> text.replace("namespace: " + NAMESPACE, "namespace: " + namespace.name()));
    }
  }

  private void copy() {
    try (Stream<Path> files = Files.walk(Manifests.DIRECTORY)) {
      for (Path file : files.toList()) {
        Path copy = overlays().resolve(Manifests.DIRECTORY.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void edit(String file, java.util.function.UnaryOperator<String> change) {
    Path path = overlays().resolve(file);
    try {
      String text = Files.readString(path);
      String changed = change.apply(text);
      if (changed.equals(text)) {
        throw new IllegalStateException(
            "file '" + file + "': expected something to fill in, found none");
      }
      Files.writeString(path, changed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A host and a port. */
  record Endpoint(String host, int port) {}

  /** What a job wrote, and its pod at the end. */
  record JobRun(String logs, com.fasterxml.jackson.databind.JsonNode pod) {}
}
