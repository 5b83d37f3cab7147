package io.github.ldamasio.rbs.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A CycloneDX document in JSON. */
record SbomDocument(JsonNode json) {

  /** A component: where it lies in the image and the hash of its file, or empty texts. */
  record Component(
      String type, String name, String version, String purl, String location, String sha256) {}

  static SbomDocument read(Path file) throws IOException {
    return new SbomDocument(new ObjectMapper().readTree(file.toFile()));
  }

  /** The components that the one with this reference depends on. */
  List<Component> parts(String reference) {
    List<String> parts =
        elements(json.path("dependencies"))
            .filter(dependency -> dependency.path("ref").asText().equals(reference))
            .flatMap(dependency -> elements(dependency.path("dependsOn")))
            .map(JsonNode::asText)
            .toList();
    return elements(json.path("components"))
        .filter(component -> parts.contains(component.path("bom-ref").asText()))
        .map(SbomDocument::component)
        .toList();
  }

  /** What is listed inside the file at this path of the image, as the parts of a shaded JAR. */
  List<Component> inside(String location) {
    return elements(json.path("components"))
        .filter(component -> component(component).location.equals(location))
        .flatMap(component -> elements(component.path("components")))
        .map(SbomDocument::component)
        .toList();
  }

  private static Component component(JsonNode json) {
    return new Component(
        json.path("type").asText(),
        json.path("name").asText(),
        json.path("version").asText(),
        json.path("purl").asText(),
        json.at("/evidence/occurrences/0/location").asText(),
        json.at("/hashes/0/content").asText());
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
