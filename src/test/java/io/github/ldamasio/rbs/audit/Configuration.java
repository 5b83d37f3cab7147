package io.github.ldamasio.rbs.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The part of an image's configuration that the audit compares. A layer that no {@code
 * jib-maven-plugin} created is the base's.
 */
record Configuration(
    String user,
    List<String> entrypoint,
    List<String> command,
    String workingDirectory,
    Map<String, String> environment,
    Map<String, String> labels,
    List<Sha256> diffIds,
    int baseLayers) {

  Configuration {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    labels = Map.copyOf(labels);
    diffIds = List.copyOf(diffIds);
  }

  static Configuration parse(JsonNode json) {
    JsonNode config = json.path("config");
    return new Configuration(
        config.path("User").asText(),
        texts(config.path("Entrypoint")),
        texts(config.path("Cmd")),
        config.path("WorkingDir").asText(),
        texts(config.path("Env")).stream()
            .map(variable -> variable.split("=", 2))
            .collect(Collectors.toMap(variable -> variable[0], variable -> variable[1])),
        config.path("Labels").properties().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getValue().asText())),
        texts(json.path("rootfs").path("diff_ids")).stream().map(Sha256::parse).toList(),
        (int) elements(json.path("history")).filter(Configuration::isLayerOfBase).count());
  }

  private static boolean isLayerOfBase(JsonNode step) {
    return !step.path("empty_layer").asBoolean()
        && !step.path("created_by").asText().startsWith("jib-maven-plugin:");
  }

  private static List<String> texts(JsonNode array) {
    return elements(array).map(JsonNode::asText).toList();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
