package io.github.ldamasio.rbs.build.sbom;

import java.util.Map;
import java.util.Properties;

/** A Maven artifact, as pom.properties names it. */
final class Coordinates {
  final String group;
  final String artifact;
  final String version;

  Coordinates(Properties properties) {
    group = properties.getProperty("groupId");
    artifact = properties.getProperty("artifactId");
    version = properties.getProperty("version");
  }

  boolean isComplete() {
    return group != null && artifact != null && version != null;
  }

  /** What stands between version and ending: natives of a platform, another set of classes. */
  Map<String, String> classifier(String fileName) {
    String rest = fileName.substring((artifact + "-" + version).length());
    return rest.startsWith("-")
        ? Map.of("classifier", rest.substring(1, rest.length() - ".jar".length()))
        : Map.of();
  }

  String pom() {
    return group + ":" + artifact;
  }
}
