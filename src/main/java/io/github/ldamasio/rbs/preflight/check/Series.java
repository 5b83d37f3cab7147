package io.github.ldamasio.rbs.preflight.check;

import java.util.List;

/**
 * Checks of which each needs the one before it: after a failure, the rest is not tried. Immutable.
 */
public final class Series {
  private final List<Check> checks;

  private Series(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /** Checks in the order in which they are tried. */
  public static Series of(Check... checks) {
    return new Series(List.of(checks));
  }

  /** Checks in the order in which they are tried. */
  public static Series of(List<Check> checks) {
    return new Series(checks);
  }

  /** The checks in the order in which they are tried. */
  public List<Check> checks() {
    return checks;
  }
}
