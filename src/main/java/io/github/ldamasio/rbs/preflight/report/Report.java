package io.github.ldamasio.rbs.preflight.report;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableList;

import io.github.ldamasio.rbs.preflight.report.Finding.Status;
import java.util.List;

/** All findings, with secrets masked. Immutable. */
public final class Report {
  private final List<Finding> findings;

  /** A report of these findings, in this order. */
  public Report(List<Finding> findings, Secrets secrets) {
    this.findings =
        findings.stream().map(finding -> finding.masked(secrets)).collect(toUnmodifiableList());
  }

  /** True if each check holds. */
  public boolean holds() {
    return findings.stream().allMatch(Finding::holds);
  }

  /** A line per check, followed by the remedy if there is one, and a last line with the totals. */
  public String table() {
    int width = findings.stream().mapToInt(finding -> finding.check().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    for (Finding finding : findings) {
      String check = String.format("%-" + (width + 2) + "s", finding.check());
      table.append(check).append(String.format("%-6s", finding.status()));
      table.append(oneLine(finding.cause())).append('\n');
      if (!finding.remedy().isEmpty()) {
        table.append(" ".repeat(width + 8)).append("remedy: ");
        table.append(oneLine(finding.remedy())).append('\n');
      }
    }
    return table.append(summary()).append('\n').toString();
  }

  /** One JSON object: {@code ok}, and {@code checks} with {@code check, status, cause, remedy}. */
  public String json() {
    String checks = findings.stream().map(Report::json).collect(joining(",\n    "));
    return "{\n  \"ok\": " + holds() + ",\n  \"checks\": [\n    " + checks + "\n  ]\n}\n";
  }

  private String summary() {
    return String.format(
        "%d checks, %d failed, %d warned, %d not tried",
        findings.size(), count(Status.FAIL), count(Status.WARN), count(Status.SKIP));
  }

  private long count(Status status) {
    return findings.stream().filter(finding -> finding.status() == status).count();
  }

  private static String json(Finding finding) {
    return String.format(
        "{\"check\": %s, \"status\": %s, \"cause\": %s, \"remedy\": %s}",
        quote(finding.check()),
        quote(finding.status().name()),
        quote(finding.cause()),
        quote(finding.remedy()));
  }

  /** A JSON string (RFC 8259, section 7), in ASCII, whatever the encoding of the terminal. */
  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").trim();
  }
}
