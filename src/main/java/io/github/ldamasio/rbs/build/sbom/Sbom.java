package io.github.ldamasio.rbs.build.sbom;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.parsers.JsonParser;

/**
 * A CycloneDX document of one image: the image contains its base and what was added to it. The same
 * components give the same bytes; the serial number is made from them.
 */
final class Sbom {
  private static final Version VERSION = Version.VERSION_16;

  private final Component image;
  private final Instant timestamp;
  private final List<Component> components = new ArrayList<>();
  private final Dependency imageContents;
  private final List<Dependency> contents = new ArrayList<>();

  Sbom(String name, String tag, Instant timestamp) {
    this.timestamp = timestamp;
    image = Components.named("image", Type.CONTAINER, name, tag);
    imageContents = new Dependency(image.getBomRef());
    contents.add(imageContents);
  }

  /** Adds the base and, as its contents, what is known to be in it. */
  void addBase(BaseImage base) {
    addAll(List.of(base.image()));
    Dependency baseContents = new Dependency(base.image().getBomRef());
    sorted(base.contents())
        .forEach(component -> baseContents.addDependency(new Dependency(component.getBomRef())));
    contents.add(baseContents);
    components.addAll(base.contents());
  }

  /** Adds what the image contains itself. */
  void addAll(List<Component> added) {
    components.addAll(added);
    sorted(added)
        .forEach(component -> imageContents.addDependency(new Dependency(component.getBomRef())));
  }

  /**
   * The document.
   *
   * @throws IllegalStateException if the schema of CycloneDX does not accept it
   */
  byte[] json() throws IOException {
    Bom bom = new Bom();
    Metadata metadata = new Metadata();
    metadata.setTimestamp(Date.from(timestamp));
    metadata.setComponent(image);
    bom.setMetadata(metadata);
    bom.setComponents(sorted(components));
    bom.setDependencies(contents);
    bom.setSerialNumber(null);
    bom.setSerialNumber("urn:uuid:" + UUID.nameUUIDFromBytes(text(bom)));
    byte[] text = text(bom);
    List<ParseException> violations = new JsonParser().validate(text, VERSION);
    if (!violations.isEmpty()) {
      throw new IllegalStateException(
          "expected a document that the schema of CycloneDX "
              + VERSION.getVersionString()
              + " accepts, found "
              + violations.stream()
                  .map(ParseException::getMessage)
                  .limit(20)
                  .collect(joining("; ")));
    }
    return text;
  }

  private static byte[] text(Bom bom) {
    try {
      return (BomGeneratorFactory.createJson(VERSION, bom).toJsonString() + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (GeneratorException e) {
      throw new IllegalStateException("cannot be written: " + e.getMessage(), e);
    }
  }

  private static List<Component> sorted(List<Component> components) {
    return components.stream().sorted(Comparator.comparing(Component::getBomRef)).collect(toList());
  }
}
