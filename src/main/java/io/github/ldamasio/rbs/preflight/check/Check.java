package io.github.ldamasio.rbs.preflight.check;

/** One thing to check, with its name in the report. Immutable. */
public final class Check {
  private final String name;
  private final Look look;

  private Check(String name, Look look) {
    this.name = name;
    this.look = look;
  }

  /** A check of this name. */
  public static Check of(String name, Look look) {
    return new Check(name, look);
  }

  /** How the report calls it. */
  public String name() {
    return name;
  }

  Look look() {
    return look;
  }

  /** Looks. */
  @FunctionalInterface
  public interface Look {
    /**
     * Looks at the real thing and says in a few words what is there.
     *
     * @throws Failure if it is not as it must be or should be
     */
    String look() throws Exception;
  }
}
