package io.github.ldamasio.rbs.build.layers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * The keys of what the last build made, in a file of properties. Taking them deletes the file, and
 * writing the new ones comes last: after a killed build there are none, and everything is made
 * again.
 */
final class State {
  /** Maven exports the file as properties, among which Jib looks for 'image', for one. */
  private static final String PREFIX = "build.";

  private final Path file;
  private final Properties last = new Properties();
  private final Properties next = new Properties();

  private State(Path file) {
    this.file = file;
  }

  static State take(Path file) throws IOException {
    State state = new State(file);
    if (Files.exists(file)) {
      try (var reader = Files.newBufferedReader(file)) {
        state.last.load(reader);
      }
      Files.delete(file);
    }
    return state;
  }

  /** The last build's value, or null. */
  String last(String name) {
    return last.getProperty(PREFIX + name);
  }

  /** Keeps a value of this build. */
  void keep(String name, String value) {
    next.setProperty(PREFIX + name, value);
  }

  /** Writes the values of this build, all of them or none. */
  void write() throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    try (var writer = Files.newBufferedWriter(whole)) {
      next.store(writer, null);
    }
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
