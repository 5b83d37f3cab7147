package io.github.ldamasio.rbs.build.sbom;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.project.MavenProject;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;

/**
 * Makes a component of a JAR: what it is by Maven's knowledge, else by the metadata in it, else by
 * its name; and in it what its metadata says is shaded into it.
 */
final class JarReader {
  private static final Pattern NAME = Pattern.compile("(.+?)-([0-9].*)\\.jar");
  private final MavenProjects projects;

  JarReader(MavenProjects projects) {
    this.projects = projects;
  }

  /** Reads the JAR that lies at this path in the image. */
  Component read(String path, byte[] bytes) throws IOException {
    String fileName = path.substring(path.lastIndexOf('/') + 1);
    JarMetadata metadata = JarMetadata.read(bytes);
    Optional<Coordinates> own = metadata.coordinates(fileName);
    Matcher name = NAME.matcher(fileName);
    boolean named = name.matches();
    Optional<MavenProject> project = projects.find(fileName);
    String artifact =
        own.map(found -> found.artifact)
            .or(() -> project.map(MavenProject::getArtifactId))
            .orElseGet(() -> named ? name.group(1) : fileName);
    String version =
        own.map(found -> found.version)
            .or(() -> project.map(MavenProject::getVersion))
            .orElseGet(() -> named ? name.group(2) : null);
    Component jar = Components.at(path, Type.LIBRARY, artifact, version);
    jar.setHashes(List.of(Components.sha256(bytes)));
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
}
