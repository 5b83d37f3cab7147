package io.github.ldamasio.rbs.audit;

import static java.util.stream.Collectors.toMap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The added JARs and wheels suit the base: its Java, its Python, its glibc and its own JARs. */
record CompatibilityCheck(BuildPlan plan) {
  /** Java 11, the older one of the two bases'. */
  private static final int CLASS_VERSION = 55;

  private static final ImagePath JARS = new ImagePath("/opt/spark/jars");

  /** Classes that an added JAR and another one both have, and why that does no harm. */
  private static final Set<String> SHARED =
      Set.of(
          // empty; Spark puts it into each of its JARs, for its own build's sake
          "org/apache/spark/unused/UnusedStubClass.class");

  Stream<Finding> findings(BuiltImage image, FileTree base) {
    return Stream.of(
            image
                .addedEntries()
                .filter(CompatibilityCheck::isNoJar)
                .map(Entry::path)
                .map(Finding.NoJar::new),
            image.addedEntries().flatMap(CompatibilityCheck::newerClasses),
            sharedClasses(image, base),
            image.addedEntries().flatMap(this::unfitWheel),
            python(base))
        .flatMap(found -> found);
  }

  private static boolean isNoJar(Entry entry) {
    return entry.path().value().endsWith(".jar") && !(entry.content() instanceof Content.Jar);
  }

  private static Stream<Finding> newerClasses(Entry entry) {
    if (!(entry.content() instanceof Content.Jar jar)) {
      return Stream.empty();
    }
    return jar.classes().entrySet().stream()
        .filter(type -> type.getValue() > CLASS_VERSION)
        .max(
            Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .<Finding>map(
            type ->
                new Finding.NewerClasses(
                    entry.path(), CLASS_VERSION, type.getValue(), type.getKey()))
        .stream();
  }

  /** Compares each added JAR with Spark's own, and with the added ones before it. */
  private static Stream<Finding> sharedClasses(BuiltImage image, FileTree base) {
    Map<String, ImagePath> owners = new HashMap<>();
    base.entries()
        .filter(entry -> entry.path().parent().equals(JARS))
        .forEach(entry -> classes(entry).forEach(name -> owners.put(name, entry.path())));
    Map<ImagePath, Entry> jars =
        image
            .addedEntries()
            .filter(entry -> entry.content() instanceof Content.Jar)
            .collect(toMap(Entry::path, entry -> entry, (first, second) -> second));
    Stream.Builder<Finding> findings = Stream.builder();
    for (Entry jar : jars.values()) {
      Map<ImagePath, TreeSet<String>> shared = new HashMap<>();
      for (String name : classes(jar)) {
        ImagePath owner = owners.putIfAbsent(name, jar.path());
        if (owner != null) {
          shared.computeIfAbsent(owner, other -> new TreeSet<>()).add(name);
        }
      }
      shared.forEach(
          (other, names) ->
              findings.add(
                  new Finding.SharedClasses(jar.path(), other, names.size(), names.first())));
    }
    return findings.build();
  }

  private static List<String> classes(Entry entry) {
    return entry.content() instanceof Content.Jar jar
        ? jar.classes().keySet().stream().filter(name -> !SHARED.contains(name)).toList()
        : List.of();
  }

  private Stream<Finding> unfitWheel(Entry entry) {
    if (entry.content() instanceof Content.WheelNotes notes
        && notes.tags().stream().noneMatch(tag -> tag.fits(plan.python()))) {
      return Stream.of(new Finding.UnfitWheel(entry.path(), plan.python(), notes.tags()));
    }
    return Stream.empty();
  }

  private Stream<Finding> python(FileTree base) {
    ImagePath interpreter = new ImagePath("/usr/bin/python" + plan.python());
    return base.find(interpreter).isPresent()
        ? Stream.empty()
        : Stream.of(new Finding.OtherConfiguration("base's Python", interpreter, "no such file"));
  }
}
