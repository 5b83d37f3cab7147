package io.github.ldamasio.rbs.pin;

import java.util.List;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;

/**
 * A JAR that preflight is compiled against and that the base must carry in this very version: a
 * dependency of scope {@code provided} that is no {@link JarPin}.
 */
public record CarriedJar(String fileName) {

  /** All such JARs, in the order of the POM. */
  public static List<CarriedJar> all() {
    Model pom = JarPin.read();
    return pom.getDependencies().stream()
        .filter(dependency -> "provided".equals(dependency.getScope()))
        .filter(
            dependency -> !pom.getProperties().containsKey(dependency.getArtifactId() + ".sha256"))
        .map(dependency -> new CarriedJar(fileName(pom, dependency)))
        .toList();
  }

  /** Each version is one property, as the POM's own rule is. */
  private static String fileName(Model pom, Dependency dependency) {
    String property = dependency.getVersion().replaceAll("[${}]", "");
    String version = pom.getProperties().getProperty(property);
    return dependency.getArtifactId() + "-" + version + ".jar";
  }
}
