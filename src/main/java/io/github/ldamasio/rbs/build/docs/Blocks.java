package io.github.ldamasio.rbs.build.docs;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.build.phase.Phase;
import io.github.ldamasio.rbs.build.phase.Pin;
import io.github.ldamasio.rbs.build.vulnerability.Status;
import io.github.ldamasio.rbs.build.vulnerability.Vulnerability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The text of each generated block: tables of the phases, their pins and their vulnerabilities. */
final class Blocks {
  private final List<Phase> phases;
  private final List<Vulnerability> vulnerabilities;

  Blocks(List<Phase> phases, List<Vulnerability> vulnerabilities) {
    this.phases = phases;
    this.vulnerabilities = vulnerabilities;
  }

  /** The blocks by name; each text ends with a line end. */
  Map<String, String> all() {
    Map<String, String> blocks = new TreeMap<>();
    blocks.put("contents", contents(phases.get(0)));
    blocks.put("environment", settings("Variable", Phase::environment));
    blocks.put("spark-defaults", settings("Setting", Phase::sparkDefaults));
    blocks.put("pins", pins());
    blocks.put("no-vulnerabilities", withoutVulnerabilities());
    blocks.put("vulnerability-counts", counts());
    vulnerabilities.stream()
        .map(Vulnerability::component)
        .distinct()
        .forEach(name -> blocks.put("vulnerabilities " + name, vulnerabilities(name)));
    return blocks;
  }

  private static String contents(Phase phase) {
    return new Table(List.of("What", "Version", "Where"))
        .row(
            List.of(
                "Apache Spark", phase.property("base.spark.version"), "`/opt/spark`, the base's"))
        .row(List.of("JARs", names(phase, Pin::isJar), "`/opt/spark/jars`"))
        .row(
            List.of(
                "Python packages",
                names(phase, pin -> !pin.isJar()),
                "`/usr/local/lib/pythonX.Y/dist-packages`, for the base's Python"))
        .toString();
  }

  private static String names(Phase phase, Predicate<Pin> wanted) {
    return phase.pins().stream()
        .filter(wanted)
        .map(pin -> pin.name() + " " + pin.version())
        .collect(joining(", "));
  }

  private String pins() {
    Table table = new Table(header("JAR or wheel"));
    pinNames().forEach(name -> table.row(row(name, phase -> version(phase, name))));
    return table.toString();
  }

  /** Each value that a variable or setting has in a phase, with those phases. */
  private String settings(String first, Function<Phase, Map<String, String>> settings) {
    Map<List<String>, List<String>> phasesOf = new LinkedHashMap<>();
    for (Phase phase : phases) {
      settings
          .apply(phase)
          .forEach(
              (name, value) ->
                  phasesOf
                      .computeIfAbsent(List.of(name, value), pair -> new ArrayList<>())
                      .add(phase.name()));
    }
    Table table = new Table(List.of(first, "Value", "Phases"));
    phasesOf.forEach(
        (setting, in) ->
            table.row(
                List.of(
                    "`" + setting.get(0) + "`",
                    setting.get(1).isEmpty() ? "empty" : "`" + setting.get(1) + "`",
                    in.size() == phases.size() ? "all" : String.join(", ", in))));
    return table.toString();
  }

  private String counts() {
    Table table = new Table(header("Known vulnerabilities"));
    for (Status status : Status.values()) {
      table.row(
          row(
              status.label(),
              phase ->
                  String.valueOf(
                      vulnerabilities.stream()
                          .filter(some -> some.status(phase).equals(Optional.of(status)))
                          .count())));
    }
    return table.toString();
  }

  private String vulnerabilities(String component) {
    List<String> header = header("What");
    header.addAll(List.of("Why, and what to do", "Fixed in", "Tests"));
    Table table = new Table(header);
    for (Vulnerability some : vulnerabilities) {
      if (some.component().equals(component)) {
        List<String> row =
            row(
                "[" + some.cve() + "](" + some.url() + ")",
                phase -> some.status(phase).map(Status::label).orElse(""));
        row.add(
            phases.stream()
                    .filter(phase -> some.status(phase).equals(Optional.of(Status.UNKNOWN)))
                    .map(phase -> some.doubt(phase) + " ")
                    .distinct()
                    .collect(joining())
                + some.text());
        row.add(some.fixedIn(phases));
        row.add(some.tests().stream().map(test -> "`" + test + "`").collect(joining(", ")));
        table.row(row);
      }
    }
    String versions =
        phases.stream()
            .filter(phase -> phase.pin(component).isPresent())
            .map(phase -> version(phase, component) + " in " + phase.name())
            .collect(joining(", "));
    return component + " " + versions + ".\n\n" + table;
  }

  private String withoutVulnerabilities() {
    List<String> known = vulnerabilities.stream().map(Vulnerability::component).collect(toList());
    Table table = new Table(header("JAR or wheel"));
    pinNames()
        .filter(name -> !known.contains(name))
        .forEach(name -> table.row(row(name, phase -> version(phase, name))));
    return table.toString();
  }

  private Stream<String> pinNames() {
    return phases.stream().flatMap(phase -> phase.pins().stream()).map(Pin::name).distinct();
  }

  private List<String> header(String first) {
    return row(first, Phase::name);
  }

  private List<String> row(String first, Function<Phase, String> cell) {
    List<String> row = new ArrayList<>(List.of(first));
    phases.stream().map(cell).forEach(row::add);
    return row;
  }

  private static String version(Phase phase, String name) {
    return phase.pin(name).map(Pin::version).orElse("");
  }
}
