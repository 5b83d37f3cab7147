package io.github.ldamasio.rbs.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.report.Secrets;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import io.github.ldamasio.rbs.scene.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runbook's table of FAIL lines has a row for each of preflight's checks, and no other. */
class RunbookTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

  /** A component of each kind. */
  private static final String INVENTORY =
      """
      # jar driver 1.0
      %1$s  /opt/spark/jars/driver-1.0.jar
      # python package 1.0
      %1$s  /usr/local/lib/python3/dist-packages/package.py
      """
          .formatted("0".repeat(64));

  private static List<String> rows;

  @BeforeAll
  static void readTheRunbook() {
    Path runbook = Project.DIRECTORY.resolve("docs/runbook.md");
    rows =
        Page.section(runbook, "Preflight's FAIL lines").stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
  }

  @Test
  void eachCheckHasARowAndEachRowACheck(@TempDir Path directory) throws IOException {
    Path inventory = Files.writeString(directory.resolve("inventory"), INVENTORY);
    Set<String> checks = checks(inventory);
    checks.addAll(checks(directory.resolve("missing")));
    Set<String> named =
        rows.stream()
            .map(row -> row.split("\\|")[1])
            .flatMap(cell -> found(CODE, cell))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(checks);
  }

  /** The names of all that preflight would check with all its options and this inventory. */
  private static Set<String> checks(Path inventory) {
    Arguments everything =
        Arguments.parse(
            "--s3=s3a://bucket/prefix",
            "--jdbc=jdbc:postgresql://host/database",
            "--table=table",
            "--catalog",
            "--k8s");
    SparkSettings settings =
        new SparkSettings(Map.of(), Map.of("LAKE_WAREHOUSE", "s3a://bucket/lake"));
    return Preflight.checks(inventory, everything, settings, new Secrets()).stream()
        .flatMap(series -> series.checks().stream())
        .map(Check::name)
        .map(name -> name.replaceFirst("^(jar|python) \\S+ [0-9].*|^(warehouse) .*", "$1$2 …"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void preflightSaysWhatTheRunbookQuotes() throws IOException {
    Set<String> quoted =
        rows.stream().flatMap(row -> found(QUOTED, row)).collect(Collectors.toSet());
    assertThat(quoted).isNotEmpty();
    String messages = messages();
    assertThat(quoted)
        .as("quotes of what preflight does not say")
        .filteredOn(text -> !messages.contains(text))
        .isEmpty();
  }

  /** The string literals of preflight's sources, each in one piece. */
  private static String messages() throws IOException {
    Path sources = Project.DIRECTORY.resolve("src/main/java/io/github/ldamasio/rbs/preflight");
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", ""));
      }
    }
    return all.toString();
  }

  private static Stream<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1));
  }
}
