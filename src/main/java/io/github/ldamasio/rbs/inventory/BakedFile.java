package io.github.ldamasio.rbs.inventory;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/** A file of the image and the bytes that it must have. Immutable. */
public final class BakedFile {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path path;
  private final String sha256;

  /** A file at an absolute path of the image; the hash is in lower-case hexadecimal digits. */
  public BakedFile(Path path, String sha256) {
    if (!path.isAbsolute() || !SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "baked file '"
              + path
              + "': expected an absolute path and 64 hexadecimal digits, found '"
              + sha256
              + "'; build the image again");
    }
    this.path = path;
    this.sha256 = sha256;
  }

  /** Where it lies in the image. */
  public Path path() {
    return path;
  }

  /** The hash of its bytes. */
  public String sha256() {
    return sha256;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BakedFile
        && path.equals(((BakedFile) other).path)
        && sha256.equals(((BakedFile) other).sha256);
  }

  @Override
  public int hashCode() {
    return Objects.hash(path, sha256);
  }

  @Override
  public String toString() {
    return sha256 + "  " + path;
  }
}
