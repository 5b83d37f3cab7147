package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What this project demands of a pod: image, arguments, memory, and where it may write. */
final class PodCheck {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\(([^)]*)\\)?");
  private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "env", "busybox");
  private static final Set<String> HEAPS = Set.of("SPARK_DRIVER_MEMORY", "SPARK_DAEMON_MEMORY");

  /** Spark's overhead for Python (spark.kubernetes.memoryOverheadFactor), at least 384 MiB. */
  private static final double OVERHEAD = 0.4;

  /** How far a limit may exceed the sum, so that it can be a round number. In MiB. */
  private static final long ROUNDING = 512;

  private final Manifests manifests;
  private final String image;
  private final Violations violations;

  PodCheck(Manifests manifests, String image, Violations violations) {
    this.manifests = manifests;
    this.image = image;
    this.violations = violations;
  }

  void check() {
    manifests.pods().forEach(this::checkPod);
  }

  private void checkPod(Pod pod) {
    if (pod.isExecutor()) {
      violations.expect(
          !pod.spec().path("automountServiceAccountToken").asBoolean(true),
          Rule.JOB,
          pod.title(),
          "automountServiceAccountToken: false");
      String setting = pod.sparkSettings().get("spark.kubernetes.container.image");
      checkImage(pod.title(), setting);
    }
    for (JsonNode container : pod.containers()) {
      String where = pod.title(container);
      violations.expect(
          container.at("/securityContext/readOnlyRootFilesystem").asBoolean(),
          Rule.JOB,
          where,
          "readOnlyRootFilesystem: true");
      for (String directory : List.of("/tmp", "/opt/spark/work-dir")) {
        violations.expect(
            isWritable(pod, container, directory), Rule.JOB, where, "an emptyDir at " + directory);
      }
      if (!pod.isExecutor()) {
        checkImage(where, container.path("image").asText());
        checkArguments(container, where);
        checkMemory(pod, container, where);
      }
    }
  }

  private void checkImage(String where, String found) {
    violations.expect(
        image.equals(found),
        Rule.IMAGE,
        where,
        "the built image, found %s, not %s".formatted(found, image));
  }

  private static boolean isWritable(Pod pod, JsonNode container, String directory) {
    return Json.values(container.path("volumeMounts"))
        .filter(mount -> mount.path("mountPath").asText().equals(directory))
        .filter(mount -> !mount.path("readOnly").asBoolean())
        .flatMap(
            mount ->
                Json.values(pod.spec().path("volumes"))
                    .filter(volume -> volume.path("name").equals(mount.path("name"))))
        .anyMatch(volume -> volume.has("emptyDir"));
  }

  private void checkArguments(JsonNode container, String where) {
    violations.expect(
        !container.has("command"), Rule.ARGUMENTS, where, "no command but the image's entrypoint");
    String program = container.at("/args/0").asText().replaceFirst(".*/", "");
    violations.expect(
        !SHELLS.contains(program), Rule.ARGUMENTS, where, "no shell, found " + program);
    Set<String> known = variables(container);
    Stream.concat(
            Json.values(container.path("args")),
            Json.values(container.path("env")).map(variable -> variable.path("value")))
        .flatMap(text -> REFERENCE.matcher(text.asText()).results())
        .forEach(
            (MatchResult reference) ->
                violations.expect(
                    known.contains(reference.group(1)),
                    Rule.ARGUMENTS,
                    where,
                    "a variable of the container, found " + reference.group()));
  }

  /** The names in the container's environment: its own, and those of ConfigMaps and Secrets. */
  private Set<String> variables(JsonNode container) {
    Set<String> names = new TreeSet<>();
    container.path("env").forEach(variable -> names.add(variable.path("name").asText()));
    Set<String> sources = new TreeSet<>();
    for (JsonNode source : container.path("envFrom")) {
      sources.add("ConfigMap " + source.at("/configMapRef/name").asText());
      sources.add("Secret " + source.at("/secretRef/name").asText());
    }
    Stream.concat(manifests.objects().stream(), manifests.secrets().stream())
        .filter(object -> sources.contains(Manifests.title(object)))
        .flatMap(object -> Stream.of(object.path("data"), object.path("stringData")))
        .forEach(data -> data.fieldNames().forEachRemaining(names::add));
    return names;
  }

  /** An init container that names no heap needs as much as the main container. */
  private void checkMemory(Pod pod, JsonNode container, String where) {
    String heap =
        Stream.of(container.path("env"), pod.spec().at("/containers/0/env"))
            .flatMap(Json::values)
            .filter(variable -> HEAPS.contains(variable.path("name").asText()))
            .map(variable -> variable.path("value").asText())
            .findFirst()
            .orElse("0m");
    long needed = mebibytes(heap) + Math.max(384, (long) (OVERHEAD * mebibytes(heap)));
    long limit = mebibytes(container.at("/resources/limits/memory").asText("0m"));
    long request = mebibytes(container.at("/resources/requests/memory").asText("0m"));
    violations.expect(
        mebibytes(heap) > 0 && needed <= limit && limit <= needed + ROUNDING && request == limit,
        Rule.MEMORY,
        where,
        "%d to %d MiB as limit and as request for a heap of %s, found %d and %d"
            .formatted(needed, needed + ROUNDING, heap, limit, request));
  }

  /** Reads a size as Spark and Kubernetes write it: 2g, 3Gi, 512m, 512Mi, bytes. */
  private static long mebibytes(String text) {
    long number = Long.parseLong(text.replaceAll("[^0-9]", ""));
    return switch (text.replaceAll("[0-9]", "")) {
      case "g", "Gi" -> number << 10;
      case "m", "Mi" -> number;
      case "" -> number >> 20;
      default -> 0;
    };
  }
}
