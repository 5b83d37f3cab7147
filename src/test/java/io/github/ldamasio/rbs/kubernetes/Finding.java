package io.github.ldamasio.rbs.kubernetes;

/**
 * Something in the manifests that is not as it should be: which rule is broken, and where; what was
 * expected, and what found.
 */
record Finding(Rule rule, String where, String message) {
  @Override
  public String toString() {
    return "%s: %s: %s".formatted(rule, where, message);
  }

  /** What must hold. */
  enum Rule {
    /** Each object is one of Kubernetes' API, without a field that it does not know. */
    TYPE,
    /** Each image is the built one, by tag and digest. */
    IMAGE,
    /** Each pod passes the Pod Security Standard "restricted", and the namespace enforces it. */
    RESTRICTED,
    /** What this project demands of a job and its pod besides. */
    JOB,
    /** Arguments are plain: no shell, nothing that nobody expands. */
    ARGUMENTS,
    /** Each selector and each name leads to something. */
    REFERENCE,
    /** What must talk can, and nothing else; ports are the same everywhere. */
    TRAFFIC,
    /** A container's limit is what its heap and its overhead come to. */
    MEMORY,
    /** No secret is in the manifests. */
    SECRET
  }
}
