package io.github.ldamasio.rbs.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the machine that is not Maven. */
public final class Command {

  private Command() {}

  /**
   * Runs a command in this directory to its end.
   *
   * @throws AssertionError with its output if it still ran after this time; it is ended then
   */
  public static Result run(Path directory, Duration limit, List<String> command) {
    try (TemporaryDirectory scratch = new TemporaryDirectory("command-")) {
      Path output = scratch.path().resolve("output");
      Path errors = scratch.path().resolve("errors");
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError(
              "command '%s': expected its end within %s, found it running; it wrote:\n%s"
                  .formatted(
                      String.join(" ", command),
                      limit,
                      Files.readString(output) + Files.readString(errors)));
        }
        return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(
            "Interrupted while '" + String.join(" ", command) + "' ran.", e);
      } finally {
        end(process);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
