package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The runbook and preflight say the same: each check has its line, and each line its check. */
class RunbookIT {
  private static final Pattern CHECK = Pattern.compile("\"check\": \"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

  /** Its only failure is that nothing can be checked. */
  private static final String INVENTORY = "inventory";

  private static List<String> rows;

  @BeforeAll
  static void readTheRunbook() throws IOException {
    String runbook = Files.readString(Project.DIRECTORY.resolve("docs/runbook.md"));
    String section = runbook.split("(?m)^## Preflight's FAIL lines$")[1].split("(?m)^## ")[0];
    rows = section.lines().filter(line -> line.startsWith("| `")).toList();
  }

  @Test
  void eachCheckHasALineAndEachLineACheck() {
    assertThat(namesOfTheRunbook()).isEqualTo(namesOfPreflight());
  }

  /** What the runbook quotes is what preflight says. */
  @Test
  void preflightSaysWhatTheRunbookQuotes() throws IOException {
    Set<String> quoted =
        rows.stream().flatMap(row -> found(QUOTED, row)).collect(Collectors.toSet());
    assertThat(quoted).isNotEmpty();
    String messages = messages();
    assertThat(quoted).allSatisfy(text -> assertThat(messages).contains(text));
  }

  private static Set<String> namesOfTheRunbook() {
    return rows.stream()
        .map(row -> row.split("\\|")[1])
        .flatMap(checks -> found(CODE, checks))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All that preflight can check; what is behind a failure is listed as not tried. */
  private static Set<String> namesOfPreflight() {
    String report =
        new SparkContainer(
                "rbs-preflight",
                "--json",
                "--s3=s3a://bucket/prefix",
                "--jdbc=jdbc:postgresql://host/database",
                "--table=table",
                "--k8s")
            .runToEnd()
            .stdout();
    Set<String> names =
        found(CHECK, report)
            .map(name -> name.replaceFirst("^(jar|python) \\S+ [0-9].*", "$1 …"))
            .collect(Collectors.toCollection(TreeSet::new));
    names.add(INVENTORY);
    return names;
  }

  /** The texts in preflight's sources, each in one piece. */
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
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
  }
}
