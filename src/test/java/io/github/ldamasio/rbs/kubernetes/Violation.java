package io.github.ldamasio.rbs.kubernetes;

/** A rule that the manifests break, where, and what was expected there. */
record Violation(Rule rule, String where, String message) {
  @Override
  public String toString() {
    return "%s: %s: %s".formatted(rule, where, message);
  }

  /** What must hold. */
  enum Rule {
    /** Each object is of a type of Kubernetes' API, without unknown fields. */
    TYPE,
    /** Each image is the built one, by tag and digest. */
    IMAGE,
    /** Each pod passes the Pod Security Standard "restricted", and the namespace enforces it. */
    RESTRICTED,
    /** What this project demands of jobs and pods besides. */
    JOB,
    /** Arguments are plain: no shell, and no reference that Kubernetes does not expand. */
    ARGUMENTS,
    /** Each selector and each name leads to something. */
    REFERENCE,
    /** What must talk can talk, and nothing else; ports are the same everywhere. */
    TRAFFIC,
    /** A container's memory limit is its heap plus the overhead. */
    MEMORY,
    /** The manifests hold no secret. */
    SECRET
  }
}
