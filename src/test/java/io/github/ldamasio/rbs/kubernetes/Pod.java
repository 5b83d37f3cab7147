package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A pod as it will be: its job, its labels, its spec, and the settings that Spark gets in it. */
record Pod(
    String name, Map<String, String> labels, JsonNode spec, Map<String, String> sparkSettings) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");
  private static final String LABEL = "spark.kubernetes.executor.label.";

  /** The pod of a job, in which its driver runs, or of a Deployment. */
  static Pod driver(ObjectNode job) {
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
    for (JsonNode argument : template.at("/spec/containers/0/args")) {
      String[] words = expand(argument.asText(), variables).split("=", 3);
      if (words[0].equals("--conf") && words.length == 3) {
        settings.put(words[1], words[2]);
      }
    }
    return new Pod(Manifests.name(job), labels, template.path("spec"), settings);
  }

  /** An executor's pod of this driver, with the labels that Spark gives it. */
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

  /** The ports that its containers say they serve, beside those of Spark's settings. */
  Set<Integer> servedPorts() {
    Set<Integer> ports = new TreeSet<>();
    for (JsonNode container : spec.path("containers")) {
      container.path("ports").forEach(port -> ports.add(port.path("containerPort").asInt()));
    }
    return ports;
  }

  /** True for a pod that Spark makes. */
  boolean isExecutor() {
    return "executor".equals(labels.get("spark-role"));
  }

  /** All containers, whenever they run. */
  List<JsonNode> containers() {
    List<JsonNode> containers = new ArrayList<>();
    Stream.of("initContainers", "containers", "ephemeralContainers")
        .forEach(kind -> spec.path(kind).forEach(containers::add));
    return containers;
  }

  /** True if a selector of labels selects this pod; an empty one does, an absent one does not. */
  boolean isSelectedBy(JsonNode selector) {
    if (selector.isMissingNode() || selector.has("matchExpressions")) {
      return false;
    }
    return selector.path("matchLabels").properties().stream()
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
