package io.github.ldamasio.rbs.preflight.report;

/** What came out of one check. Immutable. */
public final class Finding {
  private final String check;
  private final Status status;
  private final String cause;
  private final String remedy;

  private Finding(String check, Status status, String cause, String remedy) {
    this.check = check;
    this.status = status;
    this.cause = cause;
    this.remedy = remedy;
  }

  /** It holds; what was found, in a few words. */
  public static Finding ok(String check, String found) {
    return new Finding(check, Status.OK, found, "");
  }

  /** It does not hold. */
  public static Finding failed(String check, String cause, String remedy) {
    return new Finding(check, Status.FAIL, cause, remedy);
  }

  /** It holds, but something should be done about it. */
  public static Finding warned(String check, String cause, String remedy) {
    return new Finding(check, Status.WARN, cause, remedy);
  }

  /** It was not tried, because what it needs does not hold. */
  public static Finding skipped(String check, String cause) {
    return new Finding(check, Status.SKIP, cause, "");
  }

  /** Whether a job can work: also with a warning. */
  public boolean holds() {
    return status == Status.OK || status == Status.WARN;
  }

  /** The check's name. */
  public String check() {
    return check;
  }

  /** How it ended. */
  public Status status() {
    return status;
  }

  /** What was found. */
  public String cause() {
    return cause;
  }

  /** What to do about it; empty unless the check failed or warned. */
  public String remedy() {
    return remedy;
  }

  /** The same finding with secrets masked in its texts. */
  Finding masked(Secrets secrets) {
    return new Finding(check, status, secrets.mask(cause), secrets.mask(remedy));
  }

  /** How a check can end. */
  public enum Status {
    OK,
    WARN,
    FAIL,
    SKIP
  }
}
