package io.github.ldamasio.rbs.inventory;

import java.util.List;
import java.util.Objects;

/** A JAR or a Python distribution of the image, with all files that belong to it. Immutable. */
public final class Component {
  private final Kind kind;
  private final String name;
  private final String version;
  private final List<BakedFile> files;

  /** A component of at least one file. */
  public Component(Kind kind, String name, String version, List<BakedFile> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          kind.word() + " '" + name + " " + version + "': expected files, found none");
    }
    this.kind = kind;
    this.name = name;
    this.version = version;
    this.files = List.copyOf(files);
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** Its artifactId, or its distribution's name. */
  public String name() {
    return name;
  }

  /** Its one version. */
  public String version() {
    return version;
  }

  /** Its files, at least one. */
  public List<BakedFile> files() {
    return files;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Component
        && toString().equals(other.toString())
        && files.equals(((Component) other).files);
  }

  @Override
  public int hashCode() {
    return Objects.hash(toString(), files);
  }

  @Override
  public String toString() {
    return kind.word() + " " + name + " " + version;
  }

  /** What kinds of component there are. */
  public enum Kind {
    JAR("jar"),
    PYTHON("python");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Its name in messages and in the inventory's lines. */
    public String word() {
      return word;
    }
  }
}
