package io.github.ldamasio.rbs.build.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A program of the machine. */
final class Program {
  private Program() {}

  /**
   * Runs it to its end, and returns what it wrote.
   *
   * @throws IllegalStateException with all that it wrote, if it does not end with 0
   * @throws IOException if there is no such program
   */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      program.getOutputStream().close();
      String output =
          new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = program.waitFor();
      if (code == 0) {
        return output;
      }
      throw new IllegalStateException(
          "'"
              + String.join(" ", command)
              + "': expected to end with 0, found "
              + code
              + ": "
              + output);
    } finally {
      program.destroyForcibly();
    }
  }
}
