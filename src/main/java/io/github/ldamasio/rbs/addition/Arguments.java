package io.github.ldamasio.rbs.addition;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The command line. Immutable once parsed. */
final class Arguments {
  static final String USAGE =
      String.join(
          "\n",
          "Usage: rbs-add [--requirements FILE]… [--replace NAME]… [--dry-run] [JAR]…",
          "",
          "Adds Python packages and JARs to an image that is built FROM this one, as root:",
          "  RUN rbs-add --requirements requirements.txt app-1.0.jar",
          "  --requirements FILE  pins with hashes, in pip's format; its lines may say where the",
          "                       wheels are: --index-url, or --no-index and --find-links",
          "  JAR                  a file, or a URL with a hash: https://…/app-1.0.jar#sha256=…",
          "  --dry-run            say what would be refused, and add nothing",
          "  --replace NAME       allow another version of what the image has, and remove that",
          "Nothing is added if anything is refused. rbs-preflight checks what was added.",
          "Exit codes: 0 all was added or there already, 1 something was refused, 2 wrong usage.");

  private final List<Path> requirements = new ArrayList<>();
  private final Set<String> replaced = new TreeSet<>();
  private final List<String> jars = new ArrayList<>();
  private boolean dryRun;
  private boolean help;

  private Arguments() {}

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  static Arguments parse(String... words) {
    Arguments arguments = new Arguments();
    List<String> rest = new ArrayList<>(List.of(words));
    while (!rest.isEmpty()) {
      String[] option = rest.remove(0).split("(?<=^--[a-z]{1,12})=", 2);
      if (option.length == 2) {
        rest.add(0, option[1]);
      }
      arguments.take(option[0], rest);
    }
    if (!arguments.help && arguments.requirements.isEmpty() && arguments.jars.isEmpty()) {
      throw new IllegalArgumentException("arguments: expected --requirements or a JAR, found none");
    }
    return arguments;
  }

  private void take(String option, List<String> rest) {
    switch (option) {
      case "-r":
      case "--requirements":
        requirements.add(Path.of(value(option, rest)));
        break;
      case "--replace":
        replaced.add(value(option, rest));
        break;
      case "--dry-run":
        dryRun = true;
        break;
      case "--help":
        help = true;
        break;
      default:
        if (option.startsWith("-")) {
          throw new IllegalArgumentException(
              "argument '" + option + "': expected an option of --help, found another");
        }
        jars.add(option);
    }
  }

  private static String value(String option, List<String> rest) {
    if (rest.isEmpty() || rest.get(0).isBlank()) {
      throw new IllegalArgumentException(option + ": expected a value after it, found none");
    }
    return rest.remove(0);
  }

  List<Path> requirements() {
    return requirements;
  }

  /** The names of packages and of JARs' artifacts. */
  Set<String> replaced() {
    return replaced;
  }

  /** Files and URLs. */
  List<String> jars() {
    return jars;
  }

  boolean dryRun() {
    return dryRun;
  }

  boolean help() {
    return help;
  }
}
