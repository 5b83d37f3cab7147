package io.github.ldamasio.rbs.build.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file or directory that is made again only if the key of its inputs changed; the key is kept
 * beside it.
 */
public final class KeyedFile {
  private final Path file;
  private final Path mark;
  private final String key;

  public KeyedFile(Path file, String key) {
    this.file = file;
    mark = file.resolveSibling(file.getFileName() + ".key");
    this.key = key;
  }

  /** Whether the file is there and was made of inputs with this key. */
  public boolean isCurrent() throws IOException {
    return Files.exists(file) && Files.exists(mark) && key.equals(Files.readString(mark));
  }

  public Path file() {
    return file;
  }

  /** Writes the file, and its key last: a killed build leaves no file with another one's key. */
  public void write(byte[] content) throws IOException {
    forget();
    Files.write(file, content);
    keep();
  }

  /** Removes the key: what is there now may be anything. */
  public void forget() throws IOException {
    Files.deleteIfExists(mark);
  }

  /** Writes the key: what is there now is of its inputs. */
  public void keep() throws IOException {
    Files.writeString(mark, key);
  }
}
