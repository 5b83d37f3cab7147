package io.github.ldamasio.rbs.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of some bytes, in 64 lower-case hexadecimal digits. The audit has its own: it must
 * not judge the build by the build's own class.
 */
record Sha256(String hex) {

  Sha256 {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256 '%s': expected 64 hexadecimal digits, found otherwise.".formatted(hex));
    }
  }

  /** The text that OCI calls a digest: {@code sha256:} and the digits. */
  static Sha256 parse(String digest) {
    return new Sha256(digest.replaceFirst("^sha256:", ""));
  }

  static Sha256 of(byte[] bytes) {
    return finish(digest(), bytes);
  }

  /** Of the rest of the stream, which stays open. */
  static Sha256 of(InputStream bytes) {
    DigestInputStream stream = new DigestInputStream(bytes, digest());
    try {
      stream.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return finish(stream.getMessageDigest(), new byte[0]);
  }

  /** A digest for {@link #finish}. */
  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Each Java has SHA-256.", e);
    }
  }

  /** Of everything that the digest was given, and then these bytes. */
  static Sha256 finish(MessageDigest digest, byte[] bytes) {
    return new Sha256(HexFormat.of().formatHex(digest.digest(bytes)));
  }

  @Override
  public String toString() {
    return hex;
  }
}
