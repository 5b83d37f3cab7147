package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Everything that one variant of the jobs consists of, and the template of its Secrets. */
record Manifests(List<ObjectNode> objects, List<ObjectNode> secrets) {
  /** What {@code mvn package} wrote. */
  static final Path DIRECTORY = Project.TARGET.resolve("k8s");

  private static final ObjectMapper YAML = new YAMLMapper();

  Manifests {
    objects = List.copyOf(objects);
    secrets = List.copyOf(secrets);
  }

  /** Renders a variant of the manifests in this directory. */
  static Manifests render(Path directory, Variant variant) {
    try {
      return new Manifests(
          parse(Kubectl.render(directory.resolve(variant.directory()))),
          parse(Files.readString(directory.resolve("site/secrets.template.yaml"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a text of one or more YAML documents. */
  static List<ObjectNode> parse(String yaml) {
    try (MappingIterator<ObjectNode> documents =
        YAML.readerFor(ObjectNode.class).readValues(yaml)) {
      return documents.readAll();
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
        .orElseThrow(() -> new IllegalStateException("%s '%s': expected it".formatted(kind, name)));
  }

  /** True if there is one. */
  boolean has(String kind, String name) {
    return all(kind).stream().anyMatch(object -> name(object).equals(name));
  }

  /** All pods that there will be: the drivers', those that Spark makes, and the servers'. */
  List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    for (ObjectNode job : all("Job")) {
      Pod driver = Pod.driver(job);
      pods.add(driver);
      executorTemplate().forEach(template -> pods.add(Pod.executor(template, driver)));
    }
    all("Deployment").forEach(deployment -> pods.add(Pod.driver(deployment)));
    return pods;
  }

  /** The template of the executors' pods, if this variant has one. */
  Stream<ObjectNode> executorTemplate() {
    return all("ConfigMap").stream()
        .map(map -> map.at("/data/executor-pod.yaml"))
        .filter(JsonNode::isTextual)
        .flatMap(text -> parse(text.asText()).stream());
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  /** The jobs, by how their executors run, and what shows them afterwards. */
  enum Variant {
    ONE_POD,
    EXECUTOR_PODS,
    HISTORY_SERVER;

    /** Its overlay. */
    String directory() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
