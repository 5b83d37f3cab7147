package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A pod as the cluster will create it, and the settings that Spark gets in it. */
record Pod(
    String name, Map<String, String> labels, JsonNode spec, Map<String, String> sparkSettings) {
  /** Kubernetes' {@code $(NAME)}, and Spark's in a properties file. */
  private static final Pattern REFERENCE =
      Pattern.compile("\\$(?:\\(|\\{env:)([A-Za-z_][A-Za-z0-9_]*)[)}]");

  private static final String PROPERTIES = "--properties-file=/etc/rbs-spark/spark.conf";
  private static final String LABEL = "spark.kubernetes.executor.label.";

  /**
   * The pod of a Job, which is its driver, or of a Deployment.
   *
   * @param properties the file that {@code --properties-file} names
   */
  static Pod driver(ObjectNode job, String properties) {
    JsonNode template = job.at("/spec/template");
    Map<String, String> labels = labels(template);
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode variable : template.at("/spec/containers/0/env")) {
      String field = variable.at("/valueFrom/fieldRef/fieldPath").asText();
      String value =
          switch (field) {
            case "" -> variable.path("value").asText();
            case "metadata.namespace" -> job.at("/metadata/namespace").asText();
            case "metadata.labels['app.kubernetes.io/name']" ->
                labels.getOrDefault("app.kubernetes.io/name", "");
            default -> field;
          };
      variables.put(variable.path("name").asText(), value);
    }
    Map<String, String> settings = new LinkedHashMap<>();
    if (Json.texts(template.at("/spec/containers/0/args")).contains(PROPERTIES)) {
      properties
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> expand(line, variables).split(" +", 2))
          .forEach(words -> settings.put(words[0], words[1]));
    }
    for (JsonNode argument : template.at("/spec/containers/0/args")) {
      String[] words = expand(argument.asText(), variables).split("=", 3);
      if (words[0].equals("--conf") && words.length == 3) {
        settings.put(words[1], words[2]);
      }
    }
    return new Pod(Manifests.name(job), labels, template.path("spec"), settings);
  }

  /** The pod of this driver's executors, with the labels that Spark adds. */
  static Pod executor(ObjectNode template, Pod driver) {
    Map<String, String> labels = labels(template);
    labels.put("spark-role", "executor");
    driver.sparkSettings.forEach(
        (name, value) -> {
          if (name.startsWith(LABEL)) {
            labels.put(name.substring(LABEL.length()), value);
          }
        });
    return new Pod(
        driver.name + "'s executor", labels, template.path("spec"), driver.sparkSettings);
  }

  /** The ports that its containers declare; those of Spark's settings are not among them. */
  Set<Integer> servedPorts() {
    return Json.values(spec.path("containers"))
        .flatMap(container -> Json.values(container.path("ports")))
        .map(port -> port.path("containerPort").asInt())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Its name in messages. */
  String title() {
    return "pod of " + name;
  }

  /** A container's name in messages. */
  String title(JsonNode container) {
    return title() + ", container " + container.path("name").asText();
  }

  /** A port that a setting of Spark names; 0 if it does not. */
  int port(String setting) {
    return Integer.parseInt(sparkSettings.getOrDefault(setting, "0"));
  }

  /** True for a pod that Spark creates. */
  boolean isExecutor() {
    return "executor".equals(labels.get("spark-role"));
  }

  /** All containers, whenever they run. */
  List<JsonNode> containers() {
    return Stream.of("initContainers", "containers", "ephemeralContainers")
        .flatMap(kind -> Json.values(spec.path(kind)))
        .toList();
  }

  /** True if a label selector selects this pod; an empty one does, an absent one does not. */
  boolean isSelectedBy(JsonNode selector) {
    return selector.isObject()
        && !selector.has("matchExpressions")
        && hasLabels(selector.path("matchLabels"));
  }

  /** True if this pod has all these labels. */
  boolean hasLabels(JsonNode wanted) {
    return wanted.properties().stream()
        .allMatch(label -> label.getValue().asText().equals(labels.get(label.getKey())));
  }

  private static String expand(String text, Map<String, String> variables) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            reference ->
                Matcher.quoteReplacement(
                    variables.getOrDefault(reference.group(1), reference.group())));
  }

  private static Map<String, String> labels(JsonNode template) {
    Map<String, String> labels = new LinkedHashMap<>();
    template
        .at("/metadata/labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }
}
