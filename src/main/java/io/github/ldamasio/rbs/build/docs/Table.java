package io.github.ldamasio.rbs.build.docs;

import java.util.Collections;
import java.util.List;

/** A Markdown table in the making. */
final class Table {
  private final StringBuilder text = new StringBuilder();

  Table(List<String> header) {
    row(header);
    row(Collections.nCopies(header.size(), "---"));
  }

  Table row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    return this;
  }

  /** The lines, each with its end. */
  @Override
  public String toString() {
    return text.toString();
  }
}
