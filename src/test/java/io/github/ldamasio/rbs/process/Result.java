package io.github.ldamasio.rbs.process;

/**
 * How a command or a container ended: its exit code, and what it wrote. Where both streams were
 * read as one, in the order of writing, {@code stdout} holds it all and {@code stderr} is empty.
 */
public record Result(int exitCode, String stdout, String stderr) {

  /** Both streams, for messages and to find a line in whichever it was written to. */
  public String output() {
    return stdout + stderr;
  }

  /**
   * This result, if the exit code is 0.
   *
   * @throws AssertionError with the whole output otherwise
   */
  public Result succeeded() {
    if (exitCode != 0) {
      throw new AssertionError(
          "exit code '" + exitCode + "': expected 0; the output was:\n" + output());
    }
    return this;
  }

  /**
   * This result, if the exit code is not 0.
   *
   * @throws AssertionError with the whole output otherwise
   */
  public Result failed() {
    if (exitCode == 0) {
      throw new AssertionError("exit code '0': expected a failure; the output was:\n" + output());
    }
    return this;
  }
}
