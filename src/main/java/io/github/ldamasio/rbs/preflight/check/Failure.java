package io.github.ldamasio.rbs.preflight.check;

/** A check does not hold: why not, and what to do about it. */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  private final String remedy;

  /** Both in one sentence each. */
  public Failure(String cause, String remedy) {
    super(cause);
    this.remedy = remedy;
  }

  /** What the reader can do. */
  public String remedy() {
    return remedy;
  }
}
