package io.github.ldamasio.rbs.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The configuration is that of the base with what the POM adds. If the base is not a file on this
 * machine, its part is unknown, and only its contract and the POM's part are compared.
 */
record ConfigurationCheck(BuildPlan plan, Optional<Configuration> base) {
  /** Uid 185 by number, or by the name that the official base gives it. */
  static final Set<String> USERS = Set.of("185", "spark");

  private static final List<String> ENTRYPOINT = List.of("/opt/rbs-spark/entrypoint.sh");
  private static final String ABSENT = "nothing";
  private static final String WORKING_DIRECTORY = "/opt/spark/work-dir";

  Stream<Discrepancy> discrepancies(BuiltImage image) {
    Configuration found = image.configuration();
    Configuration inherited = base.orElse(found);
    Stream<Layer> layers = Stream.concat(image.base().layers().stream(), image.added().stream());
    return Stream.of(
            user(found.user()),
            difference("entrypoint", ENTRYPOINT, found.entrypoint()),
            difference("command", List.of(), found.command()),
            difference("working directory", WORKING_DIRECTORY, found.workingDirectory()),
            differences(
                "environment",
                plus(inherited.environment(), plan.environment()),
                found.environment()),
            differences("label", plus(inherited.labels(), plan.labels()), found.labels()),
            difference("layers", found.diffIds(), layers.map(Layer::diffId).toList()),
            base.stream()
                .flatMap(
                    configuration ->
                        difference(
                            "layers of the base",
                            configuration.diffIds(),
                            image.base().layers().stream().map(Layer::diffId).toList())))
        .flatMap(differences -> differences);
  }

  private static Stream<Discrepancy> user(String found) {
    return USERS.contains(found)
        ? Stream.empty()
        : Stream.of(new Discrepancy.OtherConfiguration("user", USERS, found));
  }

  private static Map<String, String> plus(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(some);
    all.putAll(more);
    return all;
  }

  private static Stream<Discrepancy> differences(
      String what, Map<String, String> expected, Map<String, String> found) {
    return new TreeMap<>(plus(expected, found))
        .keySet().stream()
            .flatMap(
                name ->
                    difference(
                        what + " " + name,
                        expected.getOrDefault(name, ABSENT),
                        found.getOrDefault(name, ABSENT)));
  }

  private static Stream<Discrepancy> difference(String name, Object expected, Object found) {
    return expected.equals(found)
        ? Stream.empty()
        : Stream.of(new Discrepancy.OtherConfiguration(name, expected, found));
  }
}
