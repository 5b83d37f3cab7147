package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * What the POM tells Jib about the image: what to leave out, the modes, where the project's JAR
 * goes, which directories to copy that no pin fills, and what to set.
 */
record BuildPlan(
    String python,
    ImagePath sitePackages,
    ImagePath ownJar,
    Sbom sbom,
    List<OwnDirectory> ownDirectories,
    List<PathMatcher> leftOut,
    List<Permission> permissions,
    Map<String, String> environment,
    Map<String, String> labels) {
  private static final int FILE_MODE = 0644;

  /** The home directory of the base's user, which one base lacks. */
  static final ImagePath HOME = new ImagePath("/home/spark");

  /** Its owner and mode. */
  static final Entry.Attributes HOME_ATTRIBUTES = new Entry.Attributes(185, 185, 0755);

  /** The layer directory that the build itself writes. */
  private static final String INVENTORY = "inventory";

  private static final Path MAIN = Project.DIRECTORY.resolve("src/main");

  /** A directory that Jib copies whole, and the directory of the image that it goes to. */
  record OwnDirectory(Path from, ImagePath into) {}

  /** Where the SBOM is in the image, and the file that the build wrote it to. */
  record Sbom(ImagePath path, Path file) {}

  /** The mode of the files whose path matches. */
  record Permission(PathMatcher glob, int mode) {}

  static BuildPlan read(Pom pom) {
    Xpp3Dom jib = pom.configuration("com.google.cloud.tools:jib-maven-plugin");
    return new BuildPlan(
        pom.property("base.python"),
        new ImagePath(pom.property("image.site-packages")),
        Base.JARS.resolve(Project.jar().getFileName().toString()),
        find(jib, "pluginExtensions", "pluginExtension", "properties")
            .filter(properties -> properties.getChild("output") != null)
            .map(BuildPlan::sbom)
            .findFirst()
            .orElseThrow(),
        ownDirectories(pom, jib),
        leftOut(pom),
        find(jib, "extraDirectories", "permissions", "permission")
            .map(BuildPlan::permission)
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

  /** What Jib copies from the repository itself, and what the build collects from src/main. */
  private static List<OwnDirectory> ownDirectories(Pom pom, Xpp3Dom jib) {
    List<OwnDirectory> directories = new ArrayList<>();
    find(jib, "extraDirectories", "paths", "path")
        .filter(path -> !path.getChild("from").getValue().startsWith(pom.property("image.layers")))
        .map(
            path ->
                new OwnDirectory(
                    Path.of(path.getChild("from").getValue()),
                    new ImagePath(path.getChild("into").getValue())))
        .forEach(directories::add);
    directories.add(
        new OwnDirectory(Path.of(pom.property("image.layers")).resolve(INVENTORY), ImagePath.ROOT));
    for (Path overlay : overlays(pom)) {
      directories.add(new OwnDirectory(overlay.resolve("jib"), ImagePath.ROOT));
      directories.add(
          new OwnDirectory(
              overlay.resolve("python"), new ImagePath(pom.property("image.site-packages"))));
    }
    return directories.stream().filter(own -> Files.exists(own.from)).toList();
  }

  /** Whether the image has a class archive. */
  static boolean hasArchive() {
    return Project.property("image.fast-start").equals("archive");
  }

  /** The first is src/main itself. */
  private static List<Path> overlays(Pom pom) {
    String names = "," + pom.property("image.phase.overlays");
    if (hasArchive()) {
      names += ",archive";
    }
    return Stream.of(names.split(",")).map(MAIN::resolve).toList();
  }

  /** A relative glob is about the Python packages. */
  private static List<PathMatcher> leftOut(Pom pom) {
    try {
      Path sitePackages = Path.of(pom.property("image.site-packages"));
      return Files.readAllLines(MAIN.resolve("left-out.txt")).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(glob -> "glob:" + sitePackages.resolve(glob))
          .map(FileSystems.getDefault()::getPathMatcher)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Sbom sbom(Xpp3Dom properties) {
    return new Sbom(
        new ImagePath(properties.getChild("path").getValue()),
        Path.of(properties.getChild("output").getValue()));
  }

  private static Permission permission(Xpp3Dom permission) {
    String glob = "glob:" + permission.getChild("file").getValue();
    return new Permission(
        FileSystems.getDefault().getPathMatcher(glob),
        Integer.parseInt(permission.getChild("mode").getValue(), 8));
  }
}
