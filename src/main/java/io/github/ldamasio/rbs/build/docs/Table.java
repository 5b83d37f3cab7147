package io.github.ldamasio.rbs.build.docs;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.build.phase.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** A Markdown table with a column for each phase. */
final class Table {
  private final List<Phase> phases;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param more the columns after those of the phases
   */
  Table(List<Phase> phases, String first, String... more) {
    this.phases = List.copyOf(phases);
    row(first, Phase::name, more);
    line(Collections.nCopies(1 + phases.size() + more.length, "---"));
  }

  void row(String first, Function<Phase, String> cell, String... more) {
    List<String> cells = new ArrayList<>(List.of(first));
    cells.addAll(Stream.concat(phases.stream().map(cell), Stream.of(more)).collect(toList()));
    line(cells);
  }

  /** The lines, each with its end. */
  @Override
  public String toString() {
    return text.toString();
  }

  private void line(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
