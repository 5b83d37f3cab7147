package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kustomize 5: the one that {@code scripts/setup.sh} built, else that of the PATH, or kubectl's.
 */
final class Kustomize {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Renders the overlay that is its next argument. */
  static final List<String> COMMAND = command();

  private Kustomize() {}

  /**
   * Renders an overlay to YAML.
   *
   * @throws AssertionError with kustomize's message if it cannot
   */
  static String render(Path overlay) {
    List<String> command = Stream.concat(COMMAND.stream(), Stream.of(overlay.toString())).toList();
    return Command.run(Project.DIRECTORY, LIMIT, command).succeeded().stdout();
  }

  private static List<String> command() {
    Stream<List<String>> alone =
        Stream.concat(built().stream(), onPath("kustomize"))
            .filter(program -> isRecent(program, "version"))
            .map(program -> List.of(program, "build"));
    Stream<List<String>> within =
        onPath("kubectl")
            .filter(program -> isRecent(program, "version", "--client"))
            .map(program -> List.of(program, "kustomize"));
    return Stream.concat(alone, within)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "command 'kustomize': expected version 5 in .tools or on the PATH, or kubectl"
                        + " 1.27 or later on the PATH, found neither; run scripts/setup.sh"));
  }

  private static List<String> built() {
    Path tools = Project.DIRECTORY.resolve(".tools");
    if (!Files.isDirectory(tools)) {
      return List.of();
    }
    try (Stream<Path> programs = Files.list(tools)) {
      return programs
          .filter(program -> program.getFileName().toString().startsWith("kustomize"))
          .map(Path::toString)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> onPath(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toString);
  }

  /** Kustomize prints its version alone; kubectl prints it in a line with a title. */
  private static boolean isRecent(String... command) {
    String version = Command.run(Project.DIRECTORY, LIMIT, List.of(command)).output();
    return Pattern.compile("(?m)^(Kustomize Version: )?v[5-9]").matcher(version).find();
  }
}
