package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The Spark operator, from its Go module: the schema of {@code SparkApplication}, and the program.
 */
final class SparkOperator {
  private static final Duration LIMIT = Duration.ofMinutes(9);
  private static final String FILE = "sparkoperator.k8s.io_sparkapplications.yaml";
  private static final String VERSION = "v1beta2";

  private SparkOperator() {}

  /**
   * Reads a SparkApplication as the operator's schema describes it, and its pod templates, which
   * that schema leaves open, as Kubernetes' own types.
   *
   * @throws IllegalArgumentException for what does not fit, unknown fields included
   */
  static Object read(String json) throws IOException {
    JsonNode application = Json.parse(json);
    List<Error> errors = Lazy.SCHEMA.validate(application);
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException(errors.get(0).toString());
    }
    for (String role : List.of("driver", "executor")) {
      V1PodTemplateSpec.fromJson(application.at("/spec/" + role + "/template").toString());
    }
    return application;
  }

  /** The directory of its CustomResourceDefinitions. */
  static Path types() {
    return script("types");
  }

  /** Its program, which is built first. */
  static Path program() {
    return script("program");
  }

  private static Path script(String what) {
    String script = Project.DIRECTORY.resolve("scripts/spark-operator.sh").toString();
    return Path.of(
        Command.run(Project.DIRECTORY, LIMIT, List.of(script, what)).succeeded().stdout().strip());
  }

  private static Schema schema() {
    try {
      JsonNode definition = Json.parse(Files.readString(types().resolve(FILE)));
      JsonNode schema =
          Json.values(definition.at("/spec/versions"))
              .filter(version -> version.path("name").asText().equals(VERSION))
              .map(version -> version.at("/schema/openAPIV3Schema"))
              .findFirst()
              .orElseThrow();
      close(schema);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a schema lists the fields, there are no others; Kubernetes drops them silently. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(SparkOperator::close);
  }

  /** Read once, and only where there is a SparkApplication. */
  private static final class Lazy {
    static final Schema SCHEMA = schema();
  }
}
