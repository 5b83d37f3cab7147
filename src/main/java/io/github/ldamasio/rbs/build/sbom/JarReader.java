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
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.maven.model.License;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;

/**
 * Makes a component of a JAR: what it is by Maven's knowledge, else by the metadata in it, else by
 * its name; and in it what its metadata says is shaded into it.
 */
final class JarReader {
  private static final Pattern NAME = Pattern.compile("(.+?)-([0-9].*)\\.jar");
  private static final Pattern POM =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.(properties|xml)");

  private final MavenProjects projects;

  JarReader(MavenProjects projects) {
    this.projects = projects;
  }

  /** Reads the JAR that lies at this path in the image. */
  Component read(String path, byte[] bytes) throws IOException {
    String fileName = path.substring(path.lastIndexOf('/') + 1);
    Metadata metadata = Metadata.read(bytes);
    Optional<Coordinates> own = metadata.coordinates(fileName);
    Matcher name = NAME.matcher(fileName);
    boolean named = name.matches();
    String artifact =
        own.map(found -> found.artifact).orElseGet(() -> named ? name.group(1) : fileName);
    String version = own.map(found -> found.version).orElseGet(() -> named ? name.group(2) : null);
    Component jar = Components.at(path, Type.LIBRARY, artifact, version);
    jar.setHashes(List.of(Components.sha256(bytes)));
    Optional<MavenProject> project = projects.find(fileName);
    Optional<String> group =
        Stream.of(
                project.map(MavenProject::getGroupId),
                own.map(found -> found.group),
                metadata.group(artifact))
            .flatMap(Optional::stream)
            .findFirst();
    jar.setGroup(group.orElse(null));
    if (version != null) {
      jar.setPurl(
          Components.purl(
              group.isPresent() ? "maven" : "generic",
              group.orElse(null),
              artifact,
              version,
              own.map(found -> found.classifier(fileName)).orElse(Map.of())));
    }
    List<String> licenses = own.map(found -> metadata.licenses(found)).orElse(List.of());
    if (licenses.isEmpty()) {
      licenses = project.map(MavenProjects::licenses).orElse(List.of());
    }
    Components.license(jar, licenses.isEmpty() ? metadata.bundleLicenses() : licenses);
    List<Component> shaded = metadata.shaded(path, own);
    jar.setComponents(shaded.isEmpty() ? null : shaded);
    return jar;
  }

  /** A Maven artifact, as pom.properties names it. */
  private static final class Coordinates {
    private final String group;
    private final String artifact;
    private final String version;

    Coordinates(Properties properties) {
      group = properties.getProperty("groupId");
      artifact = properties.getProperty("artifactId");
      version = properties.getProperty("version");
    }

    private boolean isComplete() {
      return group != null && artifact != null && version != null;
    }

    /** What stands between version and ending: natives of a platform, another set of classes. */
    private Map<String, String> classifier(String fileName) {
      String rest = fileName.substring((artifact + "-" + version).length());
      return rest.startsWith("-")
          ? Map.of("classifier", rest.substring(1, rest.length() - ".jar".length()))
          : Map.of();
    }

    private String pom() {
      return group + ":" + artifact;
    }
  }

  /** What a JAR says of itself. */
  private static final class Metadata {
    private final List<Coordinates> coordinates = new ArrayList<>();
    private final Map<String, List<String>> licenses = new TreeMap<>();
    private Attributes manifest = new Attributes();

    static Metadata read(byte[] bytes) throws IOException {
      Metadata metadata = new Metadata();
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

    private Optional<Coordinates> coordinates(String fileName) {
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
    private Optional<String> group(String artifact) {
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

    private List<String> licenses(Coordinates of) {
      return licenses.getOrDefault(of.pom(), List.of());
    }

    private List<String> bundleLicenses() {
      String value = manifest.getValue("Bundle-License");
      return value == null || value.isBlank() ? List.of() : List.of(value.strip());
    }

    private List<Component> shaded(String path, Optional<Coordinates> own) {
      Map<String, Component> shaded = new TreeMap<>();
      for (Coordinates found : coordinates) {
        if (own.isPresent() && found == own.get()) {
          continue;
        }
        String purl =
            Components.purl("maven", found.group, found.artifact, found.version, Map.of());
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
}
