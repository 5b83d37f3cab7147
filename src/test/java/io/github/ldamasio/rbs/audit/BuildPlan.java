package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * What the POM tells Jib about the image: what it leaves out and with which modes, where the
 * project's JAR goes to, which directories it takes that no pin fills, and what it sets.
 */
record BuildPlan(
    String python,
    ImagePath sitePackages,
    ImagePath ownJar,
    Sbom sbom,
    List<OwnDirectory> ownDirectories,
    SparkDefaults sparkDefaults,
    List<PathMatcher> leftOut,
    List<Permission> permissions,
    Map<String, String> environment,
    Map<String, String> labels) {
  private static final int FILE_MODE = 0644;

  /** The one layer directory that the build writes itself, and that no pin fills. */
  private static final String INVENTORY = "inventory";

  /** The layer directory that the build copies the repository's own files to. */
  private static final String CONFIGURATION = "configuration";

  private static final Path MAIN = Project.DIRECTORY.resolve("src/main");

  /** A directory that Jib takes whole, and the directory of the image which it goes into. */
  record OwnDirectory(Path from, ImagePath into) {}

  /** Spark's settings in the image, and the files that make them, one after the other. */
  record SparkDefaults(ImagePath path, List<Path> files) {}

  /** Where the list of everything lies in the image, and the file that the build wrote it to. */
  record Sbom(ImagePath path, Path file) {}

  /** The mode of the files whose path matches. */
  record Permission(PathMatcher glob, int mode) {}

  static BuildPlan read(Pom pom) {
    Xpp3Dom jib = pom.configuration("com.google.cloud.tools:jib-maven-plugin");
    return new BuildPlan(
        pom.property("base.python"),
        new ImagePath(pom.property("site-packages")),
        find(jib, "container", "appRoot")
            .map(
                root ->
                    new ImagePath(root.getValue() + "/classpath/" + Project.jar().getFileName()))
            .findFirst()
            .orElseThrow(),
        find(jib, "pluginExtensions", "pluginExtension", "properties")
            .filter(properties -> properties.getChild("output") != null)
            .map(properties -> sbom(pom, properties))
            .findFirst()
            .orElseThrow(),
        find(jib, "extraDirectories", "paths", "path")
            .map(path -> ownDirectory(pom, path))
            .filter(
                path ->
                    path.from.endsWith(INVENTORY) || !path.from.startsWith(pom.property("layers")))
            .toList(),
        sparkDefaults(pom),
        find(jib, "pluginExtensions", "pluginExtension", "properties", "leftOut")
            .flatMap(globs -> Stream.of(globs.getValue().split(" ")))
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
            .toList(),
        find(jib, "extraDirectories", "permissions", "permission")
            .map(permission -> permission(pom, permission))
            .toList(),
        Stream.of(pom.property("jib.container.environment").split(","))
            .map(variable -> variable.split("=", 2))
            .collect(Collectors.toMap(variable -> variable[0], variable -> variable[1])),
        find(jib, "container", "labels")
            .flatMap(labels -> Stream.of(labels.getChildren()))
            .collect(Collectors.toMap(Xpp3Dom::getName, label -> label.getValue())));
  }

  /** Whether the image goes without this file. */
  boolean leavesOut(ImagePath path) {
    return leftOut.stream().anyMatch(path::matches);
  }

  /** The mode of a file: the POM's, or else Jib's own. */
  int mode(ImagePath path) {
    return permissions.stream()
        .filter(permission -> path.matches(permission.glob))
        .map(Permission::mode)
        .findFirst()
        .orElse(FILE_MODE);
  }

  private static Stream<Xpp3Dom> find(Xpp3Dom configuration, String... names) {
    Stream<Xpp3Dom> found = Stream.of(configuration);
    for (String name : names) {
      found = found.flatMap(element -> Stream.of(element.getChildren(name)));
    }
    return found;
  }

  private static OwnDirectory ownDirectory(Pom pom, Xpp3Dom path) {
    Path from = Path.of(path.getChild("from").getValue());
    return new OwnDirectory(
        from.endsWith(CONFIGURATION) ? MAIN.resolve("jib") : from,
        Optional.ofNullable(path.getChild("into"))
            .map(into -> new ImagePath(into.getValue()))
            .orElse(ImagePath.ROOT));
  }

  private static SparkDefaults sparkDefaults(Pom pom) {
    String name = "opt/spark/conf/spark-defaults.conf";
    Stream<Path> ofPhase =
        Stream.of(pom.property("phase.defaults").split(","))
            .filter(file -> !file.isEmpty())
            .map(MAIN::resolve);
    return new SparkDefaults(
        ImagePath.ROOT.resolve(name),
        Stream.concat(Stream.of(MAIN.resolve("jib").resolve(name)), ofPhase).toList());
  }

  private static Sbom sbom(Pom pom, Xpp3Dom properties) {
    return new Sbom(
        new ImagePath(properties.getChild("path").getValue()),
        Path.of(properties.getChild("output").getValue()));
  }

  private static Permission permission(Pom pom, Xpp3Dom permission) {
    int mode = Integer.parseInt(permission.getChild("mode").getValue(), 8);
    return new Permission(glob(pom, permission.getChild("file")), mode);
  }

  private static PathMatcher glob(Pom pom, Xpp3Dom element) {
    return FileSystems.getDefault().getPathMatcher("glob:" + element.getValue());
  }
}
