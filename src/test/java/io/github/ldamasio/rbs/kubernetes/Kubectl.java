package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command {@code kubectl}, with the kustomize that is built into it: the one that {@code
 * scripts/setup.sh} fetched, else that of the PATH.
 */
final class Kubectl {
  private static final Path FETCHED = Project.DIRECTORY.resolve(".tools/bin/kubectl");
  private static final Path BINARY = binary();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Kubectl() {}

  /**
   * What an overlay comes to, as one YAML text.
   *
   * @throws AssertionError with kustomize's message if it is none
   */
  static String render(Path overlay) {
    return run("kustomize", overlay.toString()).succeeded().output();
  }

  /** Runs a command; see {@link Command#run}. */
  static Result run(String... arguments) {
    return run(LIMIT, arguments);
  }

  /** Runs a command that may last this long. */
  static Result run(Duration limit, String... arguments) {
    List<String> command = new ArrayList<>(List.of(BINARY.toString()));
    command.addAll(List.of(arguments));
    return Command.run(Project.DIRECTORY, limit, command);
  }

  /** Where the command is. */
  static Path directory() {
    return BINARY.getParent();
  }

  private static Path binary() {
    Stream<Path> onPath =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "kubectl"));
    return Stream.concat(Stream.of(FETCHED), onPath)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Command 'kubectl': expected it as "
                        + FETCHED
                        + " or on the PATH, found neither; run scripts/setup.sh."));
  }
}
