package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import java.time.Duration;
import java.util.stream.Stream;

/** The command {@code kubectl} of the PATH, for the cluster of the current kubeconfig. */
final class Kubectl {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Kubectl() {}

  /** Runs a command; see {@link Command#run}. */
  static Result run(String... arguments) {
    return run(LIMIT, arguments);
  }

  /** Runs a command that may last this long. */
  static Result run(Duration limit, String... arguments) {
    return Command.run(
        Project.DIRECTORY,
        limit,
        Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toList());
  }
}
