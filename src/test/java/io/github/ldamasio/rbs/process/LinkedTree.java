package io.github.ldamasio.rbs.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that shows another one, with one file changed. The other directory is not touched and
 * not copied, however large it is: all but the changed file are symbolic links.
 */
public final class LinkedTree {

  private LinkedTree() {}

  /**
   * Fills an empty directory with what the original holds, except for one bit in the middle of this
   * file, whose path is relative to the original.
   */
  public static void withFlippedBit(Path original, Path file, Path overlay) {
    try {
      Path from = original;
      Path to = overlay;
      for (Path name : file) {
        linkAllBut(name, from, to);
        from = from.resolve(name);
        to = to.resolve(name);
        if (!to.endsWith(file)) {
          Files.createDirectory(to);
        }
      }
      byte[] content = Files.readAllBytes(from);
      content[content.length / 2] ^= 1;
      Files.write(to, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void linkAllBut(Path name, Path from, Path to) throws IOException {
    for (Path entry : entries(from)) {
      if (!entry.endsWith(name)) {
        Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
      }
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
