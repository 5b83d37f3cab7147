package io.github.ldamasio.rbs.addition;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Distribution;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.inventory.JarName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** What the image has before something is added, and what of it is to be replaced. */
final class Contents {
  static final Path JARS = Path.of("/opt/spark/jars");
  private static final Path POMS = Path.of("/opt/rbs-spark/NO-RUNTIME-DOWNLOADS");
  private static final Path ARCHIVE = Path.of("/opt/rbs-spark/archive/classpath.jar");

  private final Set<String> replaced;
  private final Inventory baked;
  private final Inventory added;

  Contents(Set<String> replaced) throws IOException {
    this.replaced = replaced;
    baked = Inventory.outline(Inventory.BAKED);
    added = Inventory.outline(Inventory.ADDED);
  }

  /** What of this name the build or an earlier run added. */
  Optional<Component> find(Kind kind, String name) {
    return Stream.of(baked, added)
        .flatMap(inventory -> inventory.components(kind).stream())
        .filter(component -> isNamed(component, name))
        .findFirst();
  }

  boolean isReplaced(String name) {
    return replaced.stream().anyMatch(other -> normal(other).equals(normal(name)));
  }

  /** Where the build put the packages. */
  Path sitePackages() {
    return baked.components(Kind.PYTHON).get(0).files().get(0).path().getParent().getParent();
  }

  /** Spark's JARs and the others, without those that are to be replaced. */
  List<Path> keptJars() throws IOException {
    return jars().filter(jar -> !isReplaced(jar)).collect(toList());
  }

  /** What is to be replaced and is not there, a sentence each. */
  List<String> conflicts() throws IOException {
    List<String> conflicts = new ArrayList<>();
    for (String name : replaced) {
      if (find(Kind.PYTHON, name).isEmpty() && jars().noneMatch(jar -> isNamed(jar, name))) {
        conflicts.add(
            "--replace '"
                + name
                + "': expected a package or a JAR's artifact that the image has, found none; rbs-preflight names them");
      }
    }
    return conflicts;
  }

  /** Removes the JARs that are to be replaced, with what the image knows of them. */
  void removeJars() throws IOException {
    Set<String> archived = archived();
    for (Path jar : jars().filter(this::isReplaced).collect(toList())) {
      Files.delete(jar);
      System.out.println("rbs-add: removed " + jar);
      if (archived.contains(jar.getFileName().toString())) {
        System.out.println(
            "rbs-add: the class archive was made with "
                + jar.getFileName()
                + ": this image starts without it");
      }
    }
    List<Path> poms;
    try (Stream<Path> files = Files.walk(POMS)) {
      poms = files.filter(file -> isPomOfReplaced(file)).collect(toList());
    }
    for (Path pom : poms) {
      Files.delete(pom);
      Files.delete(pom.getParent());
    }
  }

  /** Writes down what the image has now. */
  void write(List<Component> components) throws IOException {
    List<Component> all = new ArrayList<>(components);
    added.components().stream()
        .filter(old -> components.stream().noneMatch(component -> supersedes(component, old)))
        .forEach(all::add);
    List<Component> kept =
        baked.components().stream()
            .filter(old -> components.stream().noneMatch(component -> supersedes(component, old)))
            .filter(old -> old.kind() == Kind.PYTHON || !isReplaced(old.name()))
            .collect(toList());
    Files.write(Inventory.BAKED, baked.with(kept).lines());
    Files.write(Inventory.ADDED, added.with(all).lines());
  }

  private static boolean supersedes(Component component, Component old) {
    return component.kind() == old.kind() && isNamed(old, component.name());
  }

  private static boolean isNamed(Component component, String name) {
    return normal(component.name()).equals(normal(name));
  }

  private static String normal(String name) {
    return Distribution.normal(name);
  }

  private boolean isReplaced(Path jar) {
    return replaced.stream().anyMatch(name -> isNamed(jar, name));
  }

  private static boolean isNamed(Path jar, String name) {
    return JarName.of(jar)
        .filter(found -> normal(found.artifact()).equals(normal(name)))
        .isPresent();
  }

  private boolean isPomOfReplaced(Path file) {
    return file.toString().endsWith(".pom")
        && isReplaced(file.getParent().getParent().getFileName().toString());
  }

  private static Stream<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    try (var files = Files.newDirectoryStream(JARS, "*.jar")) {
      files.forEach(jars::add);
    }
    return jars.stream().sorted();
  }

  /** The names of the JARs that the class archive was made with. */
  private static Set<String> archived() throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.exists(ARCHIVE)) {
      try (JarFile jar = new JarFile(ARCHIVE.toFile())) {
        String classPath = jar.getManifest().getMainAttributes().getValue("Class-Path");
        for (String path : classPath.split(" ")) {
          names.add(path.substring(path.lastIndexOf('/') + 1));
        }
      }
    }
    return names;
  }
}
