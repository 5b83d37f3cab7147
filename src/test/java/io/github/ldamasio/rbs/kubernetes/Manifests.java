package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects that a variant is rendered to, and the templates of its Secrets. */
record Manifests(List<ObjectNode> objects, List<ObjectNode> secrets) {
  /** What {@code mvn package} wrote. */
  static final Path DIRECTORY = Project.TARGET.resolve("k8s");

  Manifests {
    objects = List.copyOf(objects);
    secrets = List.copyOf(secrets);
  }

  /** Renders a variant of the manifests in this directory. */
  static Manifests render(Path directory, Variant variant) {
    try {
      return new Manifests(
          Json.parseAll(Kustomize.render(directory.resolve(variant.directory()))),
          Json.parseAll(Files.readString(directory.resolve("site/secrets.template.yaml"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy that may be changed. */
  Manifests copy() {
    return new Manifests(
        objects.stream().map(ObjectNode::deepCopy).toList(),
        secrets.stream().map(ObjectNode::deepCopy).toList());
  }

  /** All objects of a kind. */
  List<ObjectNode> all(String kind) {
    return objects.stream().filter(object -> kind.equals(object.path("kind").asText())).toList();
  }

  /**
   * The object of this kind and name.
   *
   * @throws IllegalStateException if there is none
   */
  ObjectNode get(String kind, String name) {
    return all(kind).stream()
        .filter(object -> name(object).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s '%s': expected one, found none".formatted(kind, name)));
  }

  /** True if there is one. */
  boolean has(String kind, String name) {
    return all(kind).stream().anyMatch(object -> name(object).equals(name));
  }

  /** The drivers' pods, those that Spark will create, and the servers'. */
  List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    for (ObjectNode job : jobs()) {
      Pod driver = Pod.driver(job, propertiesFile());
      pods.add(driver);
      executorTemplate().forEach(template -> pods.add(Pod.executor(template, driver)));
    }
    all("Deployment").forEach(deployment -> pods.add(Pod.driver(deployment, "")));
    all("SparkApplication").forEach(object -> pods.addAll(new SparkApplication(object).pods()));
    return pods;
  }

  /** The Jobs, and those that CronJobs will create. */
  List<ObjectNode> jobs() {
    List<ObjectNode> jobs = new ArrayList<>(all("Job"));
    for (ObjectNode cronJob : all("CronJob")) {
      ObjectNode job = cronJob.deepCopy();
      job.set("spec", cronJob.at("/spec/jobTemplate/spec"));
      jobs.add(job);
    }
    return jobs;
  }

  /** What {@code --properties-file} names; an empty text if this variant has none. */
  String propertiesFile() {
    return all("ConfigMap").stream()
        .map(map -> map.at("/data/spark.conf").asText())
        .collect(Collectors.joining());
  }

  /** The template of the executors' pods, if this variant has one. */
  Stream<ObjectNode> executorTemplate() {
    return all("ConfigMap").stream()
        .map(map -> map.at("/data/executor-pod.yaml"))
        .filter(JsonNode::isTextual)
        .flatMap(text -> Json.parseAll(text.asText()).stream());
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  /** Kind and name; the kind alone if it has no name. */
  static String title(JsonNode object) {
    return (object.path("kind").asText() + " " + name(object)).strip();
  }

  /** An overlay of {@code target/k8s}. */
  enum Variant {
    ONE_POD,
    EXECUTOR_PODS,
    HISTORY_SERVER,
    MAINTENANCE,
    SCHEDULED,
    SCHEDULED_EXECUTOR_PODS,
    SPARK_OPERATOR;

    /** Its directory. */
    String directory() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
