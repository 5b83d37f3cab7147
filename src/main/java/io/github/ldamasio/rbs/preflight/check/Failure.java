package io.github.ldamasio.rbs.preflight.check;

import io.github.ldamasio.rbs.preflight.report.Finding;

/** A check does not hold, or warns: why, and what to do about it. */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  private final String remedy;
  private final boolean warning;

  private Failure(String cause, String remedy, boolean warning) {
    super(cause);
    this.remedy = remedy;
    this.warning = warning;
  }

  /** The job would fail. Both texts are one sentence. */
  public Failure(String cause, String remedy) {
    this(cause, remedy, false);
  }

  /** The job can work, but something should be done. Both texts are one sentence. */
  public static Failure warning(String cause, String remedy) {
    return new Failure(cause, remedy, true);
  }

  /** As the report tells it. */
  Finding finding(String check) {
    return warning
        ? Finding.warned(check, getMessage(), remedy)
        : Finding.failed(check, getMessage(), remedy);
  }

  /** What the reader can do. */
  public String remedy() {
    return remedy;
  }
}
