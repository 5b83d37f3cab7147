package io.github.ldamasio.rbs.build.sbom;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.maven.model.License;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;

/** What a JAR says of itself. */
final class JarMetadata {
  private static final Pattern POM =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.(properties|xml)");

  private final List<Coordinates> coordinates = new ArrayList<>();
  private final Map<String, List<String>> licenses = new TreeMap<>();
  private Attributes manifest = new Attributes();

  static JarMetadata read(byte[] bytes) throws IOException {
    JarMetadata metadata = new JarMetadata();
    // By the directory at the JAR's end: read as a stream it would have to be inflated, each
    // class of it.
    try (ZipFile jar = ZipFile.builder().setByteArray(bytes).get()) {
      for (ZipArchiveEntry entry : Collections.list(jar.getEntriesInPhysicalOrder())) {
        Matcher pom = POM.matcher(entry.getName());
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
          metadata.manifest = new Manifest(jar.getInputStream(entry)).getMainAttributes();
        } else if (pom.matches() && pom.group(3).equals("properties")) {
          Properties properties = new Properties();
          properties.load(jar.getInputStream(entry));
          metadata.add(new Coordinates(properties));
        } else if (pom.matches()) {
          String text =
              new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
          metadata.licenses.put(pom.group(1) + ":" + pom.group(2), licensesOf(text));
        }
      }
    }
    return metadata;
  }

  private void add(Coordinates found) {
    if (found.isComplete()) {
      coordinates.add(found);
    }
  }

  /** A POM that inherits its licences names none; one that cannot be read neither. */
  private static List<String> licensesOf(String pom) throws IOException {
    try {
      return new MavenXpp3Reader()
          .read(new StringReader(pom), false).getLicenses().stream()
              .map(License::getName)
              .filter(name -> name != null && !name.contains("${"))
              .collect(toList());
    } catch (XmlPullParserException e) {
      return List.of();
    }
  }

  Optional<Coordinates> coordinates(String fileName) {
    return coordinates.stream()
        .filter(
            found ->
                fileName.matches(
                    Pattern.quote(found.artifact + "-" + found.version) + "(-.+)?\\.jar"))
        .findFirst();
  }

  /**
   * The group where a manifest names it: sbt writes it down for each Scala artifact, and the OSGi
   * name that Maven's bundle plugin makes is group and artifact with a dot between them
   * (https://svn.apache.org/repos/asf/felix/releases/maven-bundle-plugin-3.5.1/doc/); an artifact
   * without a hyphen may also be the last part of its group, so nothing is made of that.
   */
  Optional<String> group(String artifact) {
    String vendor = manifest.getValue("Implementation-Vendor-Id");
    String bundle = manifest.getValue("Bundle-SymbolicName");
    if (vendor != null && artifact.matches(".*_2\\.\\d+")) {
      return Optional.of(vendor);
    }
    if (bundle != null && artifact.contains("-") && bundle.endsWith("." + artifact)) {
      return Optional.of(bundle.substring(0, bundle.length() - artifact.length() - 1));
    }
    return Optional.empty();
  }

  List<String> licenses(Coordinates of) {
    return licenses.getOrDefault(of.pom(), List.of());
  }

  List<String> bundleLicenses() {
    String value = manifest.getValue("Bundle-License");
    return value == null || value.isBlank() ? List.of() : List.of(value.strip());
  }

  List<Component> shaded(String path, Optional<Coordinates> own) {
    Map<String, Component> shaded = new TreeMap<>();
    for (Coordinates found : coordinates) {
      if (own.isPresent() && found == own.get()) {
        continue;
      }
      String purl = Components.purl("maven", found.group, found.artifact, found.version, Map.of());
      Component component =
          Components.named(path + "#" + purl, Type.LIBRARY, found.artifact, found.version);
      component.setGroup(found.group);
      component.setPurl(purl);
      Components.license(component, licenses(found));
      shaded.put(purl, component);
    }
    return new ArrayList<>(shaded.values());
  }
}
