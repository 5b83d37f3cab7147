package io.github.ldamasio.rbs.build.phase;

/** A JAR or a wheel that the image adds to its base, in its one version. */
public final class Pin {
  private final String group;
  private final String name;
  private final String version;

  private Pin(String group, String name, String version) {
    this.group = group;
    this.name = name;
    this.version = version;
  }

  static Pin jar(String groupId, String artifactId, String version) {
    return new Pin(groupId, artifactId, version);
  }

  static Pin wheel(String distribution, String version) {
    return new Pin(null, distribution, version);
  }

  /** Whether it is a JAR; else it is a wheel. */
  public boolean isJar() {
    return group != null;
  }

  /** The artifactId of a JAR, the distribution's name of a wheel. */
  public String name() {
    return name;
  }

  public String version() {
    return version;
  }

  /** The package URL (https://github.com/package-url/purl-spec). */
  public String purl() {
    return (isJar() ? "pkg:maven/" + group + "/" : "pkg:pypi/") + name + "@" + version;
  }
}
