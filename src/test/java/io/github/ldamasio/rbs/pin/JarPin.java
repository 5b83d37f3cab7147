package io.github.ldamasio.rbs.pin;

import java.util.List;

/**
 * A JAR that the POM adds to the image: a dependency whose version and hash are the properties
 * {@code <artifactId>.version} and {@code <artifactId>.sha256}. Without a hash it is one that the
 * base has already.
 */
public record JarPin(String artifactId, String version, String sha256) {

  /** All JAR pins, in the order of the POM. */
  public static List<JarPin> all() {
    Pom pom = Pom.read();
    return pom.provided().stream()
        .filter(jar -> pom.has(jar.getArtifactId() + ".sha256"))
        .map(jar -> jar.getArtifactId())
        .map(id -> new JarPin(id, pom.property(id + ".version"), pom.property(id + ".sha256")))
        .toList();
  }

  /** The file's name in {@code /opt/spark/jars}. */
  public String fileName() {
    return artifactId + "-" + version + ".jar";
  }
}
