package io.github.ldamasio.rbs.engine;

/**
 * How a container ended: its exit code, and what it wrote to standard output and standard error.
 */
public record Result(long exitCode, String stdout, String stderr) {

  /** Both streams, for messages and for looking up a line wherever it was written. */
  public String output() {
    return stdout + stderr;
  }

  /**
   * This result, if the container ended with 0.
   *
   * @throws AssertionError with the whole output otherwise
   */
  public Result succeeded() {
    if (exitCode != 0) {
      throw new AssertionError(
          "exit code '" + exitCode + "': expected 0; the container wrote:\n" + output());
    }
    return this;
  }
}
