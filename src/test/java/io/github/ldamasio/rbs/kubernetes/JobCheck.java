package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Finding.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What this project demands of a job and of its pod: image, bounds, arguments, memory. */
final class JobCheck {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\(([^)]*)\\)?");
  private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "env", "busybox");
  private static final Set<String> HEAPS = Set.of("SPARK_DRIVER_MEMORY", "SPARK_DAEMON_MEMORY");
  private static final long MEBI = 1 << 20;

  /** Spark's own reckoning for Python (spark.kubernetes.memoryOverheadFactor), at least 384 MiB. */
  private static final double OVERHEAD = 0.4;

  /** What may be left over, so that a limit can be a round number. */
  private static final long ROUNDING = 512;

  private final Manifests manifests;
  private final String image;
  private final List<Finding> findings = new ArrayList<>();

  private JobCheck(Manifests manifests, String image) {
    this.manifests = manifests;
    this.image = image;
  }

  static Stream<Finding> findings(Manifests manifests, String image) {
    JobCheck check = new JobCheck(manifests, image);
    manifests.all("Job").forEach(check::ofJob);
    manifests.all("Deployment").forEach(check::ofServer);
    manifests.pods().forEach(check::ofPod);
    return check.findings.stream();
  }

  private void ofJob(JsonNode job) {
    String where = "job " + Manifests.name(job);
    for (String bound :
        List.of("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished")) {
      expect(job.at("/spec/" + bound).isInt(), Rule.JOB, where, "a value of " + bound);
    }
    JsonNode spec = job.at("/spec/template/spec");
    JsonNode preflight = spec.at("/initContainers/0/args");
    expect(
        preflight.path(0).asText().equals("rbs-preflight"),
        Rule.JOB,
        where,
        "preflight as its first init container");
    boolean token = spec.path("automountServiceAccountToken").asBoolean(true);
    expect(
        token == contains(preflight, "--k8s"),
        Rule.JOB,
        where,
        "preflight to ask for --k8s just if the pod has a token");
    expect(
        token == Pod.driver(job.deepCopy()).sparkSettings().containsKey("spark.driver.host"),
        Rule.JOB,
        where,
        "a token just if its executors are pods");
  }

  /** A server comes after preflight and needs nothing of Kubernetes. */
  private void ofServer(JsonNode server) {
    String where = "deployment " + Manifests.name(server);
    JsonNode spec = server.at("/spec/template/spec");
    expect(
        spec.at("/initContainers/0/args/0").asText().equals("rbs-preflight"),
        Rule.JOB,
        where,
        "preflight as its first init container");
    expect(!spec.path("automountServiceAccountToken").asBoolean(true), Rule.JOB, where, "no token");
  }

  private void ofPod(Pod pod) {
    if (pod.isExecutor()) {
      expect(
          !pod.spec().path("automountServiceAccountToken").asBoolean(true),
          Rule.JOB,
          "pod of " + pod.name(),
          "automountServiceAccountToken: false");
      String given = pod.sparkSettings().getOrDefault("spark.kubernetes.container.image", "none");
      expect(given.equals(image), Rule.IMAGE, "pod of " + pod.name(), image + ", found " + given);
    }
    for (JsonNode container : pod.containers()) {
      String where = "pod of " + pod.name() + ", container " + container.path("name").asText();
      expect(
          container.at("/securityContext/readOnlyRootFilesystem").asBoolean(),
          Rule.JOB,
          where,
          "readOnlyRootFilesystem: true");
      for (String directory : List.of("/tmp", "/opt/spark/work-dir")) {
        expect(
            isWritable(pod, container, directory), Rule.JOB, where, "an emptyDir at " + directory);
      }
      if (!pod.isExecutor()) {
        ofArguments(container, where);
        ofMemory(pod, container, where);
        String given = container.path("image").asText();
        expect(given.equals(image), Rule.IMAGE, where, image + ", found " + given);
      }
    }
  }

  private static boolean isWritable(Pod pod, JsonNode container, String directory) {
    return stream(container.path("volumeMounts"))
        .filter(mount -> mount.path("mountPath").asText().equals(directory))
        .filter(mount -> !mount.path("readOnly").asBoolean())
        .flatMap(
            mount ->
                stream(pod.spec().path("volumes"))
                    .filter(volume -> volume.path("name").equals(mount.path("name"))))
        .anyMatch(volume -> volume.has("emptyDir"));
  }

  private void ofArguments(JsonNode container, String where) {
    expect(!container.has("command"), Rule.ARGUMENTS, where, "the image's entrypoint as command");
    JsonNode arguments = container.path("args");
    String program = arguments.path(0).asText().replaceFirst(".*/", "");
    expect(!SHELLS.contains(program), Rule.ARGUMENTS, where, "no shell, found " + program);
    Set<String> known = variables(container);
    Stream<JsonNode> values = stream(container.path("env")).map(each -> each.path("value"));
    for (JsonNode text : Stream.concat(stream(arguments), values).toList()) {
      Matcher reference = REFERENCE.matcher(text.asText());
      while (reference.find()) {
        expect(
            known.contains(reference.group(1)),
            Rule.ARGUMENTS,
            where,
            "a variable of the container, which Kubernetes expands, found " + reference.group());
      }
    }
  }

  /**
   * What the container's environment has: its own variables, and those of ConfigMap and Secrets.
   */
  private Set<String> variables(JsonNode container) {
    Set<String> names = new TreeSet<>();
    container.path("env").forEach(variable -> names.add(variable.path("name").asText()));
    for (JsonNode source : container.path("envFrom")) {
      Stream.concat(manifests.objects().stream(), manifests.secrets().stream())
          .filter(object -> isSource(source, object))
          .flatMap(object -> Stream.of(object.path("data"), object.path("stringData")))
          .forEach(data -> data.fieldNames().forEachRemaining(names::add));
    }
    return names;
  }

  private static boolean isSource(JsonNode source, JsonNode object) {
    String reference =
        switch (object.path("kind").asText()) {
          case "ConfigMap" -> "configMapRef";
          case "Secret" -> "secretRef";
          default -> "none";
        };
    return source.path(reference).path("name").asText().equals(Manifests.name(object));
  }

  /** By the container's own heap; what comes before a server has no less than the server. */
  private void ofMemory(Pod pod, JsonNode container, String where) {
    String heap =
        Stream.concat(stream(container.path("env")), stream(pod.spec().at("/containers/0/env")))
            .filter(variable -> HEAPS.contains(variable.path("name").asText()))
            .map(variable -> variable.path("value").asText())
            .findFirst()
            .orElse("0m");
    long needed = mebibytes(heap) + Math.max(384, (long) (OVERHEAD * mebibytes(heap)));
    long limit = mebibytes(container.at("/resources/limits/memory").asText("0m"));
    long request = mebibytes(container.at("/resources/requests/memory").asText("0m"));
    expect(
        mebibytes(heap) > 0 && needed <= limit && limit <= needed + ROUNDING && request == limit,
        Rule.MEMORY,
        where,
        "a limit and a request of %d to %d MiB for a heap of %s, found %d and %d MiB"
            .formatted(needed, needed + ROUNDING, heap, limit, request));
  }

  /** As Spark and Kubernetes write it: 2g, 3Gi, 512m, 512Mi. */
  private static long mebibytes(String text) {
    long number = Long.parseLong(text.replaceAll("[^0-9]", ""));
    return switch (text.replaceAll("[0-9]", "")) {
      case "g", "Gi" -> number << 10;
      case "m", "Mi" -> number;
      case "" -> number / MEBI;
      default -> 0;
    };
  }

  private static boolean contains(JsonNode array, String text) {
    return stream(array).anyMatch(element -> element.asText().equals(text));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private void expect(boolean holds, Rule rule, String where, String expected) {
    if (!holds) {
      findings.add(new Finding(rule, where, "expected " + expected));
    }
  }
}
