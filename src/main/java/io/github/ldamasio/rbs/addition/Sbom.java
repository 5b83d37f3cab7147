package io.github.ldamasio.rbs.addition;

import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Distribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The image's CycloneDX document: with what was added, without what is gone. */
final class Sbom {
  private static final Path FILE = Path.of("/opt/rbs-spark/sbom.cdx.json");
  private static final String REFERENCE = "bom-ref";

  private Sbom() {}

  /** Brings the document up to date with the image; its references are paths in the image. */
  static void update(List<Component> added) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode sbom = (ObjectNode) mapper.readTree(FILE.toFile());
    ArrayNode components = (ArrayNode) sbom.get("components");
    removeIfGone(components.elements());
    for (JsonNode dependency : sbom.get("dependencies")) {
      if (dependency.has("dependsOn")) {
        removeIfGone(dependency.get("dependsOn").elements());
      }
    }
    ArrayNode contents = (ArrayNode) sbom.get("dependencies").get(0).get("dependsOn");
    for (Component component : added) {
      Path path = path(component);
      ObjectNode library = components.addObject();
      library.put("type", "library");
      library.put(REFERENCE, path.toString());
      library.put("name", component.name());
      library.put("version", component.version());
      if (component.kind() == Kind.JAR) {
        ObjectNode hash = library.putArray("hashes").addObject();
        hash.put("alg", "SHA-256").put("content", component.files().get(0).sha256());
      }
      library.put("purl", purl(component, path));
      contents.add(path.toString());
    }
    sbom.put(
        "serialNumber",
        "urn:uuid:"
            + UUID.nameUUIDFromBytes(components.toString().getBytes(StandardCharsets.UTF_8)));
    mapper.writerWithDefaultPrettyPrinter().writeValue(FILE.toFile(), sbom);
  }

  private static void removeIfGone(Iterator<JsonNode> nodes) {
    while (nodes.hasNext()) {
      JsonNode node = nodes.next();
      String reference = node.isTextual() ? node.asText() : node.path(REFERENCE).asText();
      if (reference.matches("/.*\\.(jar|pom|dist-info)") && Files.notExists(Path.of(reference))) {
        nodes.remove();
      }
    }
  }

  /** The JAR, or the directory of the distribution's metadata. */
  private static Path path(Component component) {
    return component.kind() == Kind.JAR
        ? component.files().get(0).path()
        : component.files().stream()
            .map(file -> file.path().getParent())
            .filter(directory -> directory.toString().endsWith(".dist-info"))
            .findFirst()
            .orElseThrow();
  }

  /** A package URL (https://github.com/package-url/purl-spec), with the coordinates in the JAR. */
  private static String purl(Component component, Path path) throws IOException {
    if (component.kind() == Kind.PYTHON) {
      return "pkg:pypi/" + Distribution.normal(component.name()) + "@" + component.version();
    }
    try (ZipFile jar = new ZipFile(path.toFile())) {
      List<? extends ZipEntry> poms =
          jar.stream()
              .filter(entry -> entry.getName().endsWith("/" + component.name() + "/pom.properties"))
              .collect(toList());
      Properties pom = new Properties();
      if (poms.size() == 1) {
        pom.load(jar.getInputStream(poms.get(0)));
      }
      return pom.containsKey("groupId")
          ? "pkg:maven/" + pom.get("groupId") + "/" + component.name() + "@" + component.version()
          : "pkg:generic/" + component.name() + "@" + component.version();
    }
  }
}
