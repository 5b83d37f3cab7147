package io.github.ldamasio.rbs.process;

import io.github.ldamasio.rbs.pin.Project;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The sources at another path: what Git has or would add, and the base. */
public final class SourceCopy {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** With the modes of a clone under umask 077. */
  private static final String COPY =
      """
      umask 077
      git ls-files -z --cached --others --exclude-standard |
        tar --create --null --files-from=- --ignore-failed-read |
        tar --extract --no-same-permissions --touch --directory="$0"
      if [ -e .base ]; then cp -al .base "$0"; fi
      """;

  private SourceCopy() {}

  /** Copies into a directory that is there. */
  public static void to(Path directory) {
    Command.run(Project.DIRECTORY, LIMIT, List.of("sh", "-euc", COPY, directory.toString()))
        .succeeded();
  }
}
