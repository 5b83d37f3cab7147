package io.github.ldamasio.rbs.pin;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.maven.model.Model;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;

/**
 * A JAR that the POM adds to the image: a dependency whose version and hash are the properties
 * {@code <artifactId>.version} and {@code <artifactId>.sha256}. Without a hash it is one that the
 * base has already.
 */
public record JarPin(String artifactId, String version, String sha256) {

  /** All JAR pins, in the order of the POM. */
  public static List<JarPin> all() {
    Model pom = read();
    return pom.getDependencies().stream()
        .map(dependency -> dependency.getArtifactId())
        .filter(id -> pom.getProperties().containsKey(id + ".sha256"))
        .map(id -> new JarPin(id, property(pom, id + ".version"), property(pom, id + ".sha256")))
        .toList();
  }

  /** The file's name in {@code /opt/spark/jars}. */
  public String fileName() {
    return artifactId + "-" + version + ".jar";
  }

  private static String property(Model pom, String name) {
    String value = pom.getProperties().getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          "pom.xml has no property '" + name + "'; each JAR pin needs it.");
    }
    return value;
  }

  static Model read() {
    try (Reader reader = Files.newBufferedReader(Project.DIRECTORY.resolve("pom.xml"))) {
      return new MavenXpp3Reader().read(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (XmlPullParserException e) {
      throw new IllegalStateException("pom.xml is not readable: " + e.getMessage(), e);
    }
  }
}
