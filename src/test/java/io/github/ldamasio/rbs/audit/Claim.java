package io.github.ldamasio.rbs.audit;

/** A file that belongs in the image, the pin or file of the repository that says so, its bytes. */
record Claim(ImagePath path, String claimant, Sha256 sha256) {}
