package io.github.ldamasio.rbs.process;

/** How a command ended: its exit code, and what it wrote to standard output and standard error. */
public record Outcome(int exitCode, String output) {

  /**
   * This outcome, if the command ended with 0.
   *
   * @throws AssertionError with the whole output otherwise
   */
  public Outcome succeeded() {
    if (exitCode != 0) {
      throw new AssertionError(
          "exit code '" + exitCode + "': expected 0; the command wrote:\n" + output);
    }
    return this;
  }

  /**
   * This outcome, if the command ended with another code than 0.
   *
   * @throws AssertionError with the whole output otherwise
   */
  public Outcome failed() {
    if (exitCode == 0) {
      throw new AssertionError("exit code '0': expected a failure; the command wrote:\n" + output);
    }
    return this;
  }
}
