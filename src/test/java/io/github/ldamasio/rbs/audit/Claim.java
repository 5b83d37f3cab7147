package io.github.ldamasio.rbs.audit;

/**
 * A file that belongs in the image: the pin or the file of the repository that says so, the wheel
 * or the group of JARs that it is part of, and its hash.
 */
record Claim(ImagePath path, String claimant, String component, Sha256 sha256) {
  /** The component of every file that is part of no wheel and no group of JARs. */
  static final String NONE = "no wheel and no JAR";

  /** A file that is part of no wheel and no group of JARs. */
  Claim(ImagePath path, String claimant, Sha256 sha256) {
    this(path, claimant, NONE, sha256);
  }
}
