package io.github.ldamasio.rbs.pin;

import java.nio.file.Path;

/**
 * Where the build is: the directory of {@code pom.xml}, which is the working directory of each
 * test.
 */
public final class Project {
  /** Absolute path of the project's directory. */
  public static final Path DIRECTORY = Path.of("").toAbsolutePath();

  /** Absolute path of Maven's output directory. */
  public static final Path TARGET = DIRECTORY.resolve("target");

  private Project() {}

  /** The project's JAR, which {@code mvn package} leaves. */
  public static Path jar() {
    return TARGET.resolve(property("project.build.finalName") + ".jar");
  }

  /**
   * A value that the POM hands to the tests.
   *
   * @throws IllegalStateException if the test was not started by Maven
   */
  public static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          "Property '" + name + "' is missing: the POM sets it, run the test with Maven.");
    }
    return value;
  }
}
