package io.github.ldamasio.rbs.defaults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * JARs that a job gives with {@code --jars} although the image has another version of them. Java
 * asks Spark's class loader first, so the classes come from the image's.
 */
final class HiddenJars {
  /** The version is what follows the last hyphen before a digit; it may be missing. */
  private static final Pattern JAR = Pattern.compile("(.+?)(?:-([0-9](?:(?!-[0-9]).)*))?\\.jar");

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
      Matcher jar = JAR.matcher(name);
      if (!jar.matches() || isInFront(settings, given, name)) {
        continue;
      }
      try (DirectoryStream<Path> all = Files.newDirectoryStream(sparkJars)) {
        for (Path carried : all) {
          Matcher other = JAR.matcher(carried.getFileName().toString());
          if (other.matches()
              && other.group(1).equals(jar.group(1))
              && !Objects.equals(other.group(2), jar.group(2))) {
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
