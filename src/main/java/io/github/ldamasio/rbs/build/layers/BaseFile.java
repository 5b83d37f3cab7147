package io.github.ldamasio.rbs.build.layers;

import java.nio.file.Files;
import java.nio.file.Path;

/** The file of an assembled base; beside it lies one whose name says what Python the base has. */
final class BaseFile {
  private BaseFile() {}

  /**
   * Looks whether it is there and has the Python that the wheels are for.
   *
   * @throws IllegalStateException if not
   */
  static void check(Path file, String python) {
    if (Files.notExists(file)) {
      throw new IllegalStateException(
          "base '" + file + "': expected a file, found none; assemble it with scripts/setup.sh");
    }
    if (Files.notExists(file.resolveSibling("python-" + python))) {
      throw new IllegalStateException(
          "Python '"
              + python
              + "': expected a base with it, found '"
              + file
              + "' with another (ls "
              + file.getParent()
              + " names it); give that one with -Dbase.python");
    }
  }
}
