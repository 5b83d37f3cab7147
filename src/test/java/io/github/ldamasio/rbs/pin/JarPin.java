package io.github.ldamasio.rbs.pin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/**
 * A JAR that the POM adds to the image: a dependency whose version and hash are the properties
 * {@code <artifactId>.version} and {@code <artifactId>.sha256}. Without a hash it is one that the
 * base has already.
 */
public record JarPin(String artifactId, String version, String sha256) {

  /** All JAR pins, in the order of the POM. */
  public static List<JarPin> all() {
    try {
      Map<String, String> lock =
          Files.readAllLines(Project.DIRECTORY.resolve("jars.sha256")).stream()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split(" +"))
              .collect(Collectors.toMap(words -> words[1], words -> words[0]));
      return Pom.read().dependencies("compile").stream()
          .map(jar -> new JarPin(jar.getArtifactId(), jar.getVersion(), ""))
          .map(pin -> new JarPin(pin.artifactId, pin.version, lock.get(pin.fileName())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /**
   * The file that the build copied to one of its layers.
   *
   * @throws IllegalStateException if it is in none
   */
  public Path file() {
    try (DirectoryStream<Path> layers =
        Files.newDirectoryStream(Project.TARGET.resolve("layers"))) {
      for (Path layer : layers) {
        Path file = layer.resolve("opt/spark/jars").resolve(fileName());
        if (Files.exists(file)) {
          return file;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(
        "JAR '" + fileName() + "': expected it in target/layers, found none; run 'mvn package'.");
  }

  /** The file's name in {@code /opt/spark/jars}. */
  public String fileName() {
    return artifactId + "-" + version + ".jar";
  }
}
