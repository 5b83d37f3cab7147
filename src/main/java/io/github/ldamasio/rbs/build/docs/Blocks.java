package io.github.ldamasio.rbs.build.docs;

import static java.util.stream.Collectors.joining;

import io.github.ldamasio.rbs.build.phase.Phase;
import io.github.ldamasio.rbs.build.phase.Pin;
import io.github.ldamasio.rbs.build.vulnerability.Vulnerability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The text of each generated block, by its name. Each ends with a line end. */
final class Blocks {
  private final List<Phase> phases;

  private Blocks(List<Phase> phases) {
    this.phases = phases;
  }

  static Map<String, String> of(List<Phase> phases, List<Vulnerability> vulnerabilities) {
    Blocks of = new Blocks(phases);
    Map<String, String> blocks = new TreeMap<>();
    blocks.put("contents", contents(phases.get(0)));
    blocks.put("pins", of.pins());
    blocks.put("environment", of.settings("Variable", Phase::environment));
    blocks.put("hadoop-defaults", of.settings("Setting of Hadoop", Phase::hadoopDefaults));
    blocks.put("driver-properties", of.settings("System property", Phase::driverProperties));
    blocks.putAll(new VulnerabilityBlocks(phases, vulnerabilities).all());
    return blocks;
  }

  static Stream<String> pinNames(List<Phase> phases) {
    return phases.stream().flatMap(phase -> phase.pins().stream()).map(Pin::name).distinct();
  }

  static String version(Phase phase, String pin) {
    return phase.pin(pin).map(Pin::version).orElse("");
  }

  /** What the first phase has; the others differ in data only. */
  private static String contents(Phase phase) {
    return String.format(
        "| What | Version | Where |\n"
            + "| --- | --- | --- |\n"
            + "| Apache Spark | %s | `/opt/spark`, from the base |\n"
            + "| JARs | %s | `/opt/spark/jars` |\n"
            + "| Python packages | %s | `dist-packages` of the base's Python |\n",
        phase.property("base.spark.version"),
        versions(phase, Pin::isJar),
        versions(phase, pin -> !pin.isJar()));
  }

  private static String versions(Phase phase, Predicate<Pin> wanted) {
    return phase.pins().stream()
        .filter(wanted)
        .map(pin -> pin.name() + " " + pin.version())
        .collect(joining(", "));
  }

  private String pins() {
    Table table = new Table(phases, "JAR or wheel");
    pinNames(phases).forEach(name -> table.row(name, phase -> version(phase, name)));
    return table.toString();
  }

  /** A line for each value that a variable or setting has, with the phases that have it. */
  private String settings(String kind, Function<Phase, Map<String, String>> settings) {
    Map<String, List<String>> phasesOf = new LinkedHashMap<>();
    for (Phase phase : phases) {
      settings
          .apply(phase)
          .forEach(
              (name, value) ->
                  phasesOf
                      .computeIfAbsent(
                          String.format(
                              "`%s` | %s", name, value.isEmpty() ? "(empty)" : "`" + value + "`"),
                          line -> new ArrayList<>())
                      .add(phase.name()));
    }
    return "| "
        + kind
        + " | Value | Phases |\n| --- | --- | --- |\n"
        + phasesOf.entrySet().stream()
            .map(
                line ->
                    String.format(
                        "| %s | %s |\n", line.getKey(), String.join(", ", line.getValue())))
            .collect(joining());
  }
}
