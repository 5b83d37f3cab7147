package io.github.ldamasio.rbs.audit;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The SBOM lists what the pins, the image and its base say. That the image has this very file is
 * for {@link ImageAuditIT}, that it is the same on each build for RegistryIT and
 * scripts/reproduce.sh.
 */
class SbomIT {
  private static final BuildPlan PLAN = BuildPlan.read(Pom.read());
  private static final Path BASE = Project.DIRECTORY.resolve(".base");

  private static ImageTar tar;
  private static BuiltImage image;
  private static JsonNode sbom;

  @BeforeAll
  static void readTheImage() throws IOException {
    tar = new ImageTar(Project.TARGET.resolve("jib-image.tar"));
    image = tar.read();
    sbom = new ObjectMapper().readTree(PLAN.sbom().file().toFile());
  }

  @AfterAll
  static void closeTheImage() throws IOException {
    tar.close();
  }

  @Test
  void eachAddedFileIsListedAsItselfOrInItsWheel() {
    Map<String, String> files =
        image
            .addedFiles()
            .filter(file -> !file.path().isBelow(PLAN.sitePackages()))
            .filter(file -> !file.path().equals(PLAN.sbom().path()))
            .collect(toMap(file -> file.path().value(), SbomIT::sha256));
    Map<String, String> listed = new TreeMap<>();
    contents("image")
        .filter(component -> !purl(component).startsWith("pkg:pypi/"))
        .filter(component -> !component.path("type").asText().equals("container"))
        .forEach(component -> listed.put(location(component), hash(component)));
    assertThat(listed).containsExactlyInAnyOrderEntriesOf(files);
  }

  @Test
  void theJarsAreThePins() {
    assertThat(
            contents("image")
                .filter(component -> location(component).startsWith("/opt/spark/jars/"))
                .map(
                    component ->
                        new JarPin(
                            component.path("group").asText(),
                            component.path("name").asText(),
                            component.path("version").asText(),
                            hash(component))))
        .containsExactlyInAnyOrderElementsOf(JarPin.all());
  }

  @Test
  void theWheelsAreTheLock() {
    Map<String, String> listed = new TreeMap<>();
    contents("image")
        .filter(component -> purl(component).startsWith("pkg:pypi/"))
        .forEach(component -> listed.put(purl(component), hash(component)));
    assertThat(listed.keySet())
        .containsExactlyInAnyOrderElementsOf(WheelPin.all().stream().map(SbomIT::purl).toList());
    assertThat(WheelPin.all())
        .allSatisfy(pin -> assertThat(pin.hashes()).contains(listed.get(purl(pin))));
  }

  /** What a JAR's metadata names beside itself is listed in it. */
  @Test
  void whatIsShadedIsListed() throws IOException {
    for (JarPin pin : JarPin.all()) {
      JsonNode component =
          contents("image")
              .filter(found -> found.path("name").asText().equals(pin.artifactId()))
              .findFirst()
              .orElseThrow();
      assertThat(stream(component.path("components")).map(SbomIT::purl))
          .as(pin.artifactId())
          .containsExactlyInAnyOrderElementsOf(shaded(pin.file(), pin.artifactId()));
    }
  }

  @Test
  void theBaseIsListedToItsLastPackage() throws IOException {
    assumeTrue(
        Files.exists(BASE.resolve("base.tar")), "the base is in a registry: its digest only");
    List<String> installed =
        Files.readAllLines(BASE.resolve("python-" + PLAN.python())).stream()
            .filter(line -> line.contains(" "))
            .toList();
    assertThat(
            contents("base")
                .filter(component -> purl(component).startsWith("pkg:deb/"))
                .map(c -> c.path("name").asText() + " " + c.path("version").asText()))
        .containsExactlyInAnyOrderElementsOf(installed);
  }

  @Test
  void theBasesJarsAreListedWithTheirHashes() {
    assumeTrue(
        Files.exists(BASE.resolve("base.tar")), "the base is in a registry: its digest only");
    Map<String, String> jars =
        image.base().stream()
            .flatMap(layer -> layer.entries().stream())
            .filter(entry -> entry.path().value().endsWith(".jar"))
            .filter(entry -> entry.content() instanceof Content.RegularFile)
            .collect(toMap(entry -> entry.path().value(), SbomIT::sha256));
    Map<String, String> listed = new TreeMap<>();
    contents("base")
        .filter(component -> location(component).endsWith(".jar"))
        .forEach(component -> listed.put(location(component), hash(component)));
    assertThat(jars).isNotEmpty();
    assertThat(listed).containsExactlyInAnyOrderEntriesOf(jars);
  }

  /** A name with a number in it, or with a classifier, is not cut at the wrong place. */
  @Test
  void theNamesAndVersionsMakeTheFileNamesAgain() {
    assumeTrue(
        Files.exists(BASE.resolve("base.tar")), "the base is in a registry: its digest only");
    assertThat(
            contents("base")
                .filter(component -> location(component).startsWith("/opt/spark/jars/"))
                .map(
                    c ->
                        purl(c)
                            .replaceFirst("^pkg:(generic|maven/[^/]+)/([^@]+)@", "$2-")
                            .replaceFirst("\\?classifier=", "-")))
        .containsExactlyInAnyOrderElementsOf(
            contents("base")
                .map(SbomIT::location)
                .filter(path -> path.startsWith("/opt/spark/jars/"))
                .map(path -> path.replaceFirst(".*/", "").replaceFirst("\\.jar$", ""))
                .toList());
    assertThat(contents("base").map(SbomIT::purl))
        .as("Spark 3.5.0 carries the bridge, not log4j 1.2")
        .contains("pkg:maven/org.apache.logging.log4j/log4j-1.2-api@2.20.0")
        .noneMatch(purl -> purl.contains("/log4j@"));
  }

  /** What a component depends on, of those that are listed. */
  private static Stream<JsonNode> contents(String reference) {
    List<String> contents =
        stream(sbom.path("dependencies"))
            .filter(dependency -> dependency.path("ref").asText().equals(reference))
            .flatMap(dependency -> stream(dependency.path("dependsOn")))
            .map(JsonNode::asText)
            .toList();
    return stream(sbom.path("components"))
        .filter(component -> contents.contains(component.path("bom-ref").asText()));
  }

  private static List<String> shaded(Path file, String artifactId) throws IOException {
    try (ZipFile jar = new ZipFile(file.toFile())) {
      return jar.stream()
          .filter(entry -> entry.getName().matches("META-INF/maven/.*/pom\\.properties"))
          .map(entry -> properties(jar, entry))
          .filter(properties -> !properties.getProperty("artifactId").equals(artifactId))
          .map(
              p ->
                  "pkg:maven/%s/%s@%s"
                      .formatted(
                          p.getProperty("groupId"),
                          p.getProperty("artifactId"),
                          p.getProperty("version")))
          .toList();
    }
  }

  private static Properties properties(ZipFile jar, ZipEntry entry) {
    try {
      Properties properties = new Properties();
      properties.load(new ByteArrayInputStream(jar.getInputStream(entry).readAllBytes()));
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String purl(WheelPin pin) {
    return "pkg:pypi/" + pin.distribution() + "@" + pin.version();
  }

  private static String purl(JsonNode component) {
    return component.path("purl").asText();
  }

  private static String location(JsonNode component) {
    return component.at("/evidence/occurrences/0/location").asText();
  }

  private static String hash(JsonNode component) {
    return component.at("/hashes/0/content").asText();
  }

  private static String sha256(Entry file) {
    return Optional.of(file.content())
        .filter(Content.RegularFile.class::isInstance)
        .map(content -> ((Content.RegularFile) content).sha256().hex())
        .orElse("no regular file");
  }
}
