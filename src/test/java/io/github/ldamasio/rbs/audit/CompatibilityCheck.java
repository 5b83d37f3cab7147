package io.github.ldamasio.rbs.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The added JARs and wheels suit the base: its Java, its Python, its glibc and its own JARs. */
record CompatibilityCheck(BuildPlan plan) {
  /** Java 11: the older of the Javas of the two bases. */
  private static final int CLASS_VERSION = 55;

  /** Classes that may be in two JARs, by a pattern, and why that does no harm. */
  private static final Set<String> SHARED =
      Set.of(
          // empty; Spark's build puts it into each of its JARs
          "org/apache/spark/unused/UnusedStubClass\\.class",
          // annotations, which no JVM loads; Iceberg's build brings them along
          "org/(intellij/lang|jetbrains)/annotations/.*");

  Stream<Discrepancy> discrepancies(BuiltImage image) {
    return Stream.of(
            image
                .addedEntries()
                .filter(CompatibilityCheck::isNoJar)
                .map(Entry::path)
                .map(Discrepancy.NoJar::new),
            image.addedEntries().flatMap(CompatibilityCheck::newerClasses),
            sharedClasses(image),
            image.addedEntries().flatMap(this::unfitWheel),
            python(image.base().files()))
        .flatMap(found -> found);
  }

  private static boolean isNoJar(Entry entry) {
    return entry.path().value().endsWith(".jar") && !(entry.content() instanceof Content.Jar);
  }

  private static Stream<Discrepancy> newerClasses(Entry entry) {
    if (!(entry.content() instanceof Content.Jar jar)) {
      return Stream.empty();
    }
    return jar.classes().entrySet().stream()
        .filter(type -> type.getValue() > CLASS_VERSION)
        .max(
            Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .<Discrepancy>map(
            type ->
                new Discrepancy.NewerClasses(
                    entry.path(), CLASS_VERSION, type.getValue(), type.getKey()))
        .stream();
  }

  /** Compares each added JAR with Spark's own, and with the added ones that sort before it. */
  private static Stream<Discrepancy> sharedClasses(BuiltImage image) {
    Map<String, ImagePath> owners = new HashMap<>();
    Map<ImagePath, Content.Jar> jars = new TreeMap<>();
    image
        .addedEntries()
        .filter(entry -> entry.content() instanceof Content.Jar)
        .forEach(entry -> jars.put(entry.path(), (Content.Jar) entry.content()));
    Stream.Builder<Discrepancy> discrepancies = Stream.builder();
    jars.forEach(
        (path, jar) -> {
          Map<ImagePath, TreeSet<String>> shared = new TreeMap<>();
          for (String name : jar.classes().keySet()) {
            ImagePath before = owners.putIfAbsent(name, path);
            ImagePath owner = image.base().sparksClasses().getOrDefault(name, before);
            if (owner != null && SHARED.stream().noneMatch(name::matches)) {
              shared.computeIfAbsent(owner, other -> new TreeSet<>()).add(name);
            }
          }
          shared.forEach(
              (other, names) ->
                  discrepancies.add(
                      new Discrepancy.SharedClasses(path, other, names.size(), names.first())));
        });
    return discrepancies.build();
  }

  private Stream<Discrepancy> unfitWheel(Entry entry) {
    if (entry.content() instanceof Content.WheelNotes notes
        && notes.tags().stream().noneMatch(tag -> tag.fits(plan.python()))) {
      return Stream.of(new Discrepancy.UnfitWheel(entry.path(), plan.python(), notes.tags()));
    }
    return Stream.empty();
  }

  private Stream<Discrepancy> python(FileTree base) {
    ImagePath interpreter = new ImagePath("/usr/bin/python" + plan.python());
    return base.find(interpreter).isPresent()
        ? Stream.empty()
        : Stream.of(
            new Discrepancy.OtherConfiguration("base's Python", interpreter, "no such file"));
  }
}
