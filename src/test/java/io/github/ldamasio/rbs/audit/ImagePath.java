package io.github.ldamasio.rbs.audit;

import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.stream.Stream;

/**
 * An absolute path in the image. Not a {@link Path}, which cannot hold every name in the base if
 * the machine's locale is C.
 */
record ImagePath(String value) implements Comparable<ImagePath> {
  static final ImagePath ROOT = new ImagePath("/");

  ImagePath {
    if (!value.startsWith("/")
        || value.contains("//")
        || value.length() > 1 && value.endsWith("/")) {
      throw new IllegalArgumentException(
          "path '%s': expected an absolute one without double or final slash.".formatted(value));
    }
  }

  /** The path of an entry of a layer: {@code ./bin/} is {@code /bin}. */
  static ImagePath ofEntry(String name) {
    String relative = name.replaceFirst("^(\\./|/)+", "").replaceFirst("/+$", "");
    return relative.isEmpty() || relative.equals(".") ? ROOT : new ImagePath("/" + relative);
  }

  ImagePath resolve(String relative) {
    return new ImagePath((value.equals("/") ? "" : value) + "/" + relative);
  }

  /** The directory that holds it; the root's is the root. */
  ImagePath parent() {
    int slash = value.lastIndexOf('/');
    return slash == 0 ? ROOT : new ImagePath(value.substring(0, slash));
  }

  /** All directories above it, the nearest first and the root last. */
  Stream<ImagePath> ancestors() {
    return equals(ROOT) ? Stream.empty() : Stream.concat(Stream.of(parent()), parent().ancestors());
  }

  boolean isBelow(ImagePath directory) {
    return !equals(directory)
        && (directory.equals(ROOT) || value.startsWith(directory.value + "/"));
  }

  String fileName() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  boolean matches(PathMatcher matcher) {
    return matcher.matches(Path.of(value));
  }

  @Override
  public int compareTo(ImagePath other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
