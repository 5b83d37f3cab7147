package io.github.ldamasio.rbs.preflight.image;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.inventory.BakedFile;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Distribution;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.inventory.JarConflicts;
import io.github.ldamasio.rbs.inventory.JarName;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * JARs and Python packages that neither the base nor the build nor rbs-add brought: COPY, pip or a
 * mount did. One that stands beside another version of itself, or has classes of another JAR, makes
 * it a matter of chance what a job loads.
 */
public final class ForeignFiles {
  private static final Path JARS = Path.of("/opt/spark/jars");

  /** The JARs and packages of the base; a build that unpacks no base cannot write the list. */
  private static final Path BASE = Path.of("/opt/rbs-spark/base-files");

  /** Of the names of the image's own JAR and modules, which the inventory does not list. */
  private static final String OWN = "rbs[-_]spark[-_].*|__pycache__";

  private static final String REMEDY =
      "add it with rbs-add, which checks what it goes with, records it, and replaces another"
          + " version if told to; mount nothing over or beside these files";

  private ForeignFiles() {}

  /** The check of what is beside these components. */
  public static Series check(Inventory known) {
    return Series.of(Check.of("foreign files", () -> look(known)));
  }

  private static String look(Inventory known) throws IOException, Failure {
    boolean isBaseKnown = Files.exists(BASE);
    Set<Path> expected = new TreeSet<>();
    if (isBaseKnown) {
      Files.readAllLines(BASE).forEach(line -> expected.add(Path.of(line)));
    }
    Path packages = null;
    for (Component component : known.components()) {
      Path directory =
          component.kind() == Kind.JAR
              ? JARS
              : component.files().stream()
                  .map(BakedFile::path)
                  .filter(file -> file.getParent().toString().endsWith(".dist-info"))
                  .map(file -> file.getParent().getParent())
                  .findFirst()
                  .orElseThrow();
      packages = component.kind() == Kind.JAR ? packages : directory;
      for (BakedFile file : component.files()) {
        if (file.path().startsWith(directory)) {
          expected.add(directory.resolve(directory.relativize(file.path()).getName(0)));
        }
      }
    }
    List<Path> foreign = foreign(JARS, expected);
    if (!isBaseKnown) {
      foreign.removeIf(jar -> !isAnotherVersion(jar, known));
    }
    List<String> problems = jarConflicts(foreign);
    if (packages != null) {
      List<Path> foreignPackages = foreign(packages, expected);
      problems.addAll(packageConflicts(foreignPackages, known.components(Kind.PYTHON)));
      foreign.addAll(foreignPackages);
    }
    if (!problems.isEmpty()) {
      throw new Failure(BakedComponents.summary(problems), REMEDY);
    }
    if (!isBaseKnown) {
      return "no other version of what was added; the rest may be the base's, of which this image"
          + " has no list";
    }
    if (!foreign.isEmpty()) {
      throw Failure.warning(
          BakedComponents.summary(
              foreign.stream().map(file -> "'" + file + "' is not recorded").collect(toList())),
          REMEDY);
    }
    return "none beside those of the base, of the build and of rbs-add";
  }

  private static List<Path> foreign(Path directory, Set<Path> expected) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(
              entry -> !expected.contains(entry) && !entry.getFileName().toString().matches(OWN))
          .sorted()
          .collect(toList());
    }
  }

  private static boolean isAnotherVersion(Path jar, Inventory known) {
    return JarName.of(jar)
        .filter(
            name ->
                known.components(Kind.JAR).stream()
                    .anyMatch(component -> component.name().equals(name.artifact())))
        .isPresent();
  }

  private static List<String> jarConflicts(List<Path> foreign) throws IOException {
    List<Path> others = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(JARS, "*.jar")) {
      jars.forEach(others::add);
    }
    others.removeAll(foreign);
    return JarConflicts.of(
        foreign.stream().filter(file -> file.toString().endsWith(".jar")).collect(toList()),
        others);
  }

  private static List<String> packageConflicts(List<Path> foreign, List<Component> known) {
    List<String> conflicts = new ArrayList<>();
    for (Path entry : foreign) {
      String[] name = entry.getFileName().toString().split("-", 2);
      if (entry.toString().endsWith(".dist-info")) {
        known.stream()
            .filter(other -> Distribution.normal(other.name()).equals(Distribution.normal(name[0])))
            .forEach(other -> conflicts.add("'" + entry + "' is a second " + other.name()));
      }
    }
    return conflicts;
  }
}
