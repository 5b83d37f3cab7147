package io.github.ldamasio.rbs.inventory;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the name of a JAR's file says: {@code artifact-version.jar}. Immutable. */
public final class JarName {
  /** The version is what follows the last hyphen before a digit; it may be missing. */
  private static final Pattern NAME = Pattern.compile("(.+?)(?:-([0-9](?:(?!-[0-9]).)*))?\\.jar");

  private final String artifact;
  private final Optional<String> version;

  private JarName(Matcher name) {
    artifact = name.group(1);
    version = Optional.ofNullable(name.group(2));
  }

  /** Reads a file's name; nothing if it is no JAR's. */
  public static Optional<JarName> parse(String fileName) {
    Matcher name = NAME.matcher(fileName);
    return name.matches() ? Optional.of(new JarName(name)) : Optional.empty();
  }

  /** As {@link #parse}, of the last name of a path. */
  public static Optional<JarName> of(Path file) {
    return parse(file.getFileName().toString());
  }

  public String artifact() {
    return artifact;
  }

  public Optional<String> version() {
    return version;
  }
}
