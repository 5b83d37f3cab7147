package io.github.ldamasio.rbs.pin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.maven.model.Dependency;

/**
 * A JAR that the POM adds to the image: a dependency of scope {@code compile}, and its hash in
 * {@code .mvn/checksums}.
 */
public record JarPin(String groupId, String artifactId, String version, String sha256) {

  /** All JAR pins, in the order of the POM. */
  public static List<JarPin> all() {
    try {
      List<String> checksums =
          Files.readAllLines(Project.DIRECTORY.resolve(".mvn/checksums/checksums.sha256"));
      return Pom.read().dependencies("compile").stream().map(jar -> pin(jar, checksums)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JarPin pin(Dependency jar, List<String> checksums) {
    JarPin pin = new JarPin(jar.getGroupId(), jar.getArtifactId(), jar.getVersion(), "");
    String sha256 =
        checksums.stream()
            .filter(line -> line.endsWith("  " + pin.pathInRepository()))
            .map(line -> line.substring(0, line.indexOf(' ')))
            .findFirst()
            .orElseThrow(() -> new NoSuchElementException("no checksum of " + pin));
    return new JarPin(pin.groupId, pin.artifactId, pin.version, sha256);
  }

  /**
   * The JAR pin of this artifact.
   *
   * @throws NoSuchElementException if the POM has none
   */
  public static JarPin of(String artifactId) {
    return all().stream()
        .filter(pin -> pin.artifactId().equals(artifactId))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("pom.xml has no JAR pin " + artifactId));
  }

  /** Where a Maven repository has it. */
  public Path pathInRepository() {
    return Path.of(groupId.replace('.', '/'), artifactId, version, fileName());
  }

  /** The file that the build copied for Jib. */
  public Path file() {
    return Project.TARGET.resolve("layers/jars/opt/spark/jars").resolve(fileName());
  }

  /** The file's name in {@code /opt/spark/jars}. */
  public String fileName() {
    return artifactId + "-" + version + ".jar";
  }
}
