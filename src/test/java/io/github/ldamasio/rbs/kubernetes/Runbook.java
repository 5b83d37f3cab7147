package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Page;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The commands of a section of {@code docs/runbook.md}, which bash runs as they stand. */
final class Runbook {
  private static final String APPLY = " | kubectl apply ";

  private final String section;
  private final List<String> commands;

  private Runbook(String section, List<String> commands) {
    this.section = section;
    this.commands = commands;
  }

  /**
   * The section of this heading.
   *
   * @throws IllegalStateException if there is none, or no command in it
   */
  static Runbook section(String heading) {
    List<String> commands =
        Page.section(Project.DIRECTORY.resolve("docs/runbook.md"), heading).stream()
            .filter(line -> line.startsWith("    "))
            .map(String::strip)
            .toList();
    if (commands.isEmpty()) {
      throw new IllegalStateException(
          "docs/runbook.md, section '" + heading + "': expected commands, found none");
    }
    return new Runbook(heading, commands);
  }

  /**
   * The only command that starts with this text.
   *
   * @throws IllegalStateException if there is none, or another
   */
  String command(String start) {
    List<String> found = commands.stream().filter(line -> line.startsWith(start)).toList();
    if (found.size() != 1) {
      throw new IllegalStateException(
          "docs/runbook.md, section '%s': expected one command '%s…', found %s"
              .formatted(section, start, found));
    }
    return found.get(0);
  }

  /** A command without the last step of its pipe, which would need a cluster. */
  static String withoutApply(String command) {
    int end = command.lastIndexOf(APPLY);
    if (end < 0) {
      throw new IllegalStateException(
          "command '%s': expected a pipe into '%s…', found none"
              .formatted(command, APPLY.substring(3)));
    }
    return command.substring(0, end);
  }

  /** Runs a command in this directory, with {@code $PREVIOUS}. */
  static Result run(Path directory, String previous, String command) {
    return Command.run(
        directory,
        Duration.ofMinutes(6),
        List.of("env", "PREVIOUS=" + previous, "bash", "-o", "pipefail", "-c", command));
  }
}
