package io.github.ldamasio.rbs.inventory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * JARs that cannot stand on one class path together: two versions of one artifact, or one class in
 * two of them. Java takes whichever comes first, and {@code jars/*} has no order.
 */
public final class JarConflicts {
  private final Map<String, Path> artifacts = new HashMap<>();
  private final Map<String, Path> classes = new HashMap<>();
  private final List<String> found = new ArrayList<>();

  private JarConflicts() {}

  /** A sentence for each pair that clashes, of one of these JARs and another of all. */
  public static List<String> of(Collection<Path> added, Collection<Path> others)
      throws IOException {
    JarConflicts conflicts = new JarConflicts();
    for (Path jar : new TreeSet<>(added)) {
      conflicts.compare(jar);
      JarName.of(jar).ifPresent(name -> conflicts.artifacts.put(name.artifact(), jar));
      JarClasses.names(jar).forEach(name -> conflicts.classes.putIfAbsent(name, jar));
    }
    if (!added.isEmpty()) {
      for (Path jar : new TreeSet<>(others)) {
        conflicts.compare(jar);
      }
    }
    return conflicts.found;
  }

  private void compare(Path other) throws IOException {
    Optional<Path> same = JarName.of(other).map(name -> artifacts.get(name.artifact()));
    if (same.isPresent()) {
      add(same.get(), "no other version of it", "'" + other + "'");
      return;
    }
    Map<Path, List<String>> shared = new TreeMap<>();
    for (String name : JarClasses.names(other)) {
      if (classes.containsKey(name)) {
        shared.computeIfAbsent(classes.get(name), key -> new ArrayList<>()).add(name);
      }
    }
    shared.forEach(
        (jar, names) ->
            add(
                jar,
                "classes that no other JAR has",
                names.size() + " of '" + other + "', as '" + names.get(0) + "'"));
  }

  private void add(Path jar, String expected, String other) {
    found.add("JAR '" + jar.getFileName() + "': expected " + expected + ", found " + other);
  }
}
