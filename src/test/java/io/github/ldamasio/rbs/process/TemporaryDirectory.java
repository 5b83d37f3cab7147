package io.github.ldamasio.rbs.process;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that lasts until it is closed. It lies in Maven's output directory: on the project's
 * filesystem, so that files of the project can be hard-linked into it, and gone after {@code mvn
 * clean} whatever happened to the test.
 */
public final class TemporaryDirectory implements AutoCloseable {
  private final Path path;

  /** Creates an empty directory whose name begins with this prefix. */
  public TemporaryDirectory(String prefix) {
    try {
      path = Files.createTempDirectory(Files.createDirectories(Project.TARGET), prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory's absolute path. */
  public Path path() {
    return path;
  }

  /** Deletes the directory with everything in it; what a symbolic link leads to stays. */
  @Override
  public void close() {
    try {
      for (Path entry : deepestFirst()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> deepestFirst() throws IOException {
    if (Files.notExists(path)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.walk(path)) {
      return entries.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
