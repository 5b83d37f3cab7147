package io.github.ldamasio.rbs.addition;

import java.util.List;

/** Nothing is added: what was wrong, what was expected, and what to do. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  /** All that is wrong, a sentence each. */
  Refusal(List<String> problems) {
    super(String.join("\n", problems));
  }

  Refusal(String problem) {
    this(List.of(problem));
  }
}
