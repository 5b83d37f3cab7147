package io.github.ldamasio.rbs.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What was built, from what and how, as https://slsa.dev/spec/v1.0/provenance says it. */
final class Provenance {
  private Provenance() {}

  /** The predicate for the image with this digest, which Maven built from the last commit. */
  static Map<String, Object> of(Repository repository, String digest) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode manifest = json.readTree(repository.manifest(digest));
    String config = manifest.at("/config/digest").asText();
    JsonNode labels = json.readTree(repository.blob(config)).at("/config/Labels");
    String source = labels.path("org.opencontainers.image.source").asText();
    String base = labels.path("org.opencontainers.image.base.name").asText();
    String baseDigest = labels.path("org.opencontainers.image.base.digest").asText();
    String commit = firstLine("git", "rev-parse", "HEAD");
    String maven = Project.property("maven.home") + "/bin/mvn";
    return Map.of(
        "buildDefinition",
        Map.of(
            "buildType",
            source + "/blob/main/docs/verify.md#provenance",
            "externalParameters",
            Map.of(
                "source",
                source,
                "command",
                List.of("mvn", "package", "jib:build", "-P" + Project.property("image.phase"))),
            "internalParameters",
            Map.of(
                "java", System.getProperty("java.version"),
                "maven", firstLine(maven, "--batch-mode", "--version")),
            "resolvedDependencies",
            List.of(
                Map.of(
                    "uri", "git+" + source + "@" + commit, "digest", Map.of("gitCommit", commit)),
                Map.of(
                    "uri",
                    base,
                    "digest",
                    Map.of("sha256", baseDigest.replaceFirst("^sha256:", ""))))),
        "runDetails",
        Map.of("builder", Map.of("id", source + "/blob/main/scripts/rehearse-release.sh")));
  }

  private static String firstLine(String... command) {
    return Command.run(Project.DIRECTORY, Duration.ofMinutes(1), List.of(command))
        .succeeded()
        .output()
        .lines()
        .findFirst()
        .orElseThrow();
  }
}
