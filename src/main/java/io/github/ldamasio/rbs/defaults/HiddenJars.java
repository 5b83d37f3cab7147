package io.github.ldamasio.rbs.defaults;

import io.github.ldamasio.rbs.inventory.JarName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * JARs that a job gives with {@code --jars} although the image has another version of them. Java
 * asks Spark's class loader first, so the classes come from the image's.
 */
final class HiddenJars {
  private static final String DRIVER = "spark.driver.extraClassPath";
  private static final String EXECUTOR = "spark.executor.extraClassPath";

  private HiddenJars() {}

  /**
   * A line for each such JAR, unless it is on the class paths in front of Spark's.
   *
   * @param settings the value of each setting of Spark, empty if it has none
   */
  static List<String> warnings(UnaryOperator<String> settings, Path sparkJars) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String given : settings.apply("spark.jars").split(",")) {
      String name = given.substring(given.lastIndexOf('/') + 1);
      Optional<JarName> jar = JarName.parse(name);
      if (jar.isEmpty() || isInFront(settings, given, name)) {
        continue;
      }
      try (DirectoryStream<Path> all = Files.newDirectoryStream(sparkJars)) {
        for (Path carried : all) {
          Optional<JarName> other = JarName.of(carried);
          if (other.isPresent()
              && other.get().artifact().equals(jar.get().artifact())
              && !other.get().version().equals(jar.get().version())) {
            lines.add(line(given, carried));
          }
        }
      }
    }
    return lines;
  }

  /** A local master has its executor in the driver's JVM. */
  private static boolean isInFront(UnaryOperator<String> settings, String given, String name) {
    return has(settings.apply(DRIVER), given, name)
        && (settings.apply("spark.master").startsWith("local")
            || has(settings.apply(EXECUTOR), given, name));
  }

  private static boolean has(String classPath, String given, String name) {
    String directory = given.substring(0, given.length() - name.length());
    return Stream.of(classPath.split(":"))
        .anyMatch(
            entry ->
                ("/" + entry).endsWith("/" + name)
                    || (entry.endsWith("/*")
                        && directory.endsWith(entry.substring(0, entry.length() - 1))));
  }

  private static String line(String given, Path carried) {
    return String.format(
        "JAR '%s': expected no other version in the image, found %s, whose classes are used; to use"
            + " the given one, name it in %s and %s instead of --jars or spark.jars",
        given, carried, DRIVER, EXECUTOR);
  }
}
