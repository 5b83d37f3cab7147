package io.github.ldamasio.rbs.build.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Maven repository with a POM for each JAR of the image, and no JAR. With these coordinates Spark
 * resolves {@code spark.jars.packages} to nothing that it would have to fetch, and the classes come
 * from the image.
 */
final class BakedPoms {
  private static final String POM =
      "<project>\n"
          + "  <modelVersion>4.0.0</modelVersion>\n"
          + "  <groupId>%s</groupId>\n"
          + "  <artifactId>%s</artifactId>\n"
          + "  <version>%s</version>\n"
          + "  <packaging>pom</packaging>\n"
          + "</project>\n";

  private BakedPoms() {}

  /**
   * Writes the POMs.
   *
   * @param jars the JARs' paths in a Maven repository
   */
  static void write(List<Path> jars, Path repository) throws IOException {
    for (Path jar : jars) {
      Path version = jar.getParent();
      Path artifact = version.getParent();
      String name = artifact.getFileName() + "-" + version.getFileName();
      Path pom = repository.resolve(version).resolve(name + ".pom");
      Files.createDirectories(pom.getParent());
      Files.writeString(
          pom,
          String.format(
              POM,
              artifact.getParent().toString().replace('/', '.'),
              artifact.getFileName(),
              version.getFileName()));
    }
  }
}
