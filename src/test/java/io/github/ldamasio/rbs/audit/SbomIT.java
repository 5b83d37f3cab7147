package io.github.ldamasio.rbs.audit;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.audit.SbomDocument.Component;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The SBOM lists what the pins, the image and its base say. {@link ImageAuditIT} proves that the
 * image has this very file; RegistryIT and scripts/reproduce.sh, that each build writes the same.
 */
@Tag("phase")
class SbomIT {
  private static final BuildPlan PLAN = BuildPlan.read(Pom.read());
  private static final String JARS = Base.JARS + "/";

  private static BuiltImage image;
  private static SbomDocument sbom;

  @BeforeAll
  static void readBoth() throws IOException {
    image = BuiltImage.ofThisBuild();
    sbom = SbomDocument.read(PLAN.sbom().file());
  }

  @Test
  void eachAddedFileIsListedAsItselfOrInItsWheel() {
    Map<String, String> files =
        hashes(
            image
                .addedFiles()
                .filter(file -> !file.path().isBelow(PLAN.sitePackages()))
                .filter(file -> !file.path().equals(PLAN.sbom().path())));
    Map<String, String> listed =
        sbom.parts("image").stream()
            .filter(component -> !component.purl().startsWith("pkg:pypi/"))
            .filter(component -> !component.type().equals("container"))
            .collect(toMap(Component::location, Component::sha256));
    assertThat(listed).containsExactlyInAnyOrderEntriesOf(files);
  }

  @Test
  void theJarsAreThePinsAndOurs() {
    assertThat(sbom.parts("image"))
        .filteredOn(component -> component.location().startsWith(JARS))
        .extracting(component -> component.purl().replaceFirst("\\?.*", ""))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Stream.of(ownPurl()),
                    Pom.read().dependencies("compile").stream()
                        .map(jar -> purl(jar.getGroupId(), jar.getArtifactId(), jar.getVersion())))
                .toList());
  }

  @Test
  void theWheelsAreTheLock() {
    Map<String, String> listed =
        sbom.parts("image").stream()
            .filter(component -> component.purl().startsWith("pkg:pypi/"))
            .collect(toMap(Component::purl, Component::sha256));
    assertThat(listed.keySet())
        .containsExactlyInAnyOrderElementsOf(WheelPin.all().stream().map(SbomIT::purl).toList());
    assertThat(WheelPin.all())
        .allSatisfy(pin -> assertThat(pin.hashes()).contains(listed.get(purl(pin))));
  }

  /** What a JAR's metadata names besides the JAR itself is listed in it. */
  @Test
  void whatIsShadedIsListed() throws IOException {
    for (JarPin pin : JarPin.all()) {
      assertThat(sbom.inside(JARS + pin.fileName()))
          .as(pin.artifactId())
          .extracting(Component::purl)
          .containsExactlyInAnyOrderElementsOf(shaded(pin));
    }
  }

  /** Of a base in a registry the build knows only the digest. */
  @Nested
  @EnabledIfSystemProperty(named = "base.image", matches = "tar://.*")
  class TheBase {
    private final List<Component> components = sbom.parts("base");

    @Test
    void itsPackagesAreListed() throws IOException {
      Path installed = Image.baseFile().orElseThrow().resolveSibling("python-" + PLAN.python());
      assertThat(components)
          .filteredOn(component -> component.purl().startsWith("pkg:deb/"))
          .extracting(component -> component.name() + " " + component.version())
          .containsExactlyInAnyOrderElementsOf(
              Files.readAllLines(installed).stream().filter(line -> line.contains(" ")).toList());
    }

    @Test
    void itsJarsAreListedWithTheirHashes() {
      Map<String, String> jars =
          hashes(
              image.base().layers().stream()
                  .flatMap(layer -> layer.entries().stream())
                  .filter(entry -> entry.path().value().endsWith(".jar"))
                  .filter(entry -> entry.content() instanceof Content.RegularFile));
      assertThat(jars).isNotEmpty();
      assertThat(components)
          .filteredOn(component -> component.location().endsWith(".jar"))
          .extracting(component -> Map.entry(component.location(), component.sha256()))
          .containsExactlyInAnyOrderElementsOf(jars.entrySet());
    }

    /** A name with a number or a classifier in it is not cut at the wrong place. */
    @Test
    void namesAndVersionsMakeTheFileNamesAgain() {
      assertThat(components)
          .filteredOn(component -> component.location().startsWith(JARS))
          .isNotEmpty()
          .allSatisfy(
              component ->
                  assertThat(component.location()).isEqualTo(JARS + fileName(component.purl())));
      assertThat(components)
          .as("Spark 3.5.0 carries the bridge, not log4j 1.2")
          .extracting(Component::purl)
          .contains("pkg:maven/org.apache.logging.log4j/log4j-1.2-api@2.20.0")
          .noneMatch(purl -> purl.contains("/log4j@"));
    }
  }

  private static Map<String, String> hashes(Stream<Entry> files) {
    return files.collect(
        toMap(
            file -> file.path().value(),
            file ->
                Optional.of(file.content())
                    .filter(Content.RegularFile.class::isInstance)
                    .map(content -> ((Content.RegularFile) content).sha256().hex())
                    .orElse("no regular file")));
  }

  private static List<String> shaded(JarPin pin) throws IOException {
    try (ZipFile jar = new ZipFile(pin.file().toFile())) {
      List<? extends ZipEntry> entries =
          jar.stream()
              .filter(entry -> entry.getName().matches("META-INF/maven/.*/pom\\.properties"))
              .toList();
      Stream.Builder<String> shaded = Stream.builder();
      for (ZipEntry entry : entries) {
        Properties project = new Properties();
        project.load(jar.getInputStream(entry));
        if (!project.getProperty("artifactId").equals(pin.artifactId())) {
          shaded.add(
              purl(
                  project.getProperty("groupId"),
                  project.getProperty("artifactId"),
                  project.getProperty("version")));
        }
      }
      return shaded.build().toList();
    }
  }

  /** {@code name-version[-classifier].jar}. */
  private static String fileName(String purl) {
    return purl.replaceFirst("^pkg:(generic|maven/[^/]+)/([^@]+)@", "$2-")
            .replaceFirst("\\?classifier=", "-")
        + ".jar";
  }

  private static String ownPurl() {
    String[] name = Project.property("project.build.finalName").split("-(?=[0-9])");
    return purl("io.github.ldamasio", name[0], name[1]);
  }

  private static String purl(String groupId, String artifactId, String version) {
    return "pkg:maven/%s/%s@%s".formatted(groupId, artifactId, version);
  }

  private static String purl(WheelPin pin) {
    return "pkg:pypi/" + pin.distribution() + "@" + pin.version();
  }
}
