package io.github.ldamasio.rbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The statements about vulnerabilities in {@code docs/vex.openvex.json} (OpenVEX 0.2.0:
 * https://github.com/openvex/spec). A statement's products are phases.
 */
final class Vex {
  private static final String PRODUCT =
      "pkg:oci/rbs-spark?repository_url=ghcr.io/ldamasio/rbs-spark&tag=%s-";

  private Vex() {}

  static JsonNode document() {
    try {
      return new ObjectMapper()
          .readTree(Project.DIRECTORY.resolve("docs/vex.openvex.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("vex.openvex.json: " + e.getMessage(), e);
    }
  }

  static Stream<JsonNode> statements() {
    return elements(document().path("statements"));
  }

  /** What each product's name begins with; the phase's name follows. */
  static String product() {
    return PRODUCT.formatted(Pom.read().property("base.spark.version"));
  }

  /** The phases that a statement is about, in its order. */
  static Stream<String> phases(JsonNode statement) {
    return elements(statement.path("products"))
        .map(product -> product.path("@id").asText().replace(product(), ""));
  }

  /** Whether this vulnerability is said to be fixed in the phase that is built. */
  static boolean fixed(String name) {
    return statements()
        .filter(statement -> statement.at("/vulnerability/name").asText().equals(name))
        .filter(statement -> statement.path("status").asText().equals("fixed"))
        .anyMatch(
            statement -> phases(statement).anyMatch(Pom.read().property("image.phase")::equals));
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
