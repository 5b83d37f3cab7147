package io.github.ldamasio.rbs.pin;

import java.util.List;

/**
 * A JAR that preflight is compiled against and that the base must carry in this very version: a
 * dependency of scope {@code provided} that is no {@link JarPin} and not optional.
 */
public record CarriedJar(String fileName) {

  /** All such JARs, in the order of the POM. */
  public static List<CarriedJar> all() {
    Pom pom = Pom.read();
    return pom.dependencies("provided").stream()
        .filter(jar -> !jar.isOptional())
        .map(jar -> jar.getArtifactId() + "-" + jar.getVersion() + ".jar")
        .map(CarriedJar::new)
        .toList();
  }
}
