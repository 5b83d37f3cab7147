package io.github.ldamasio.rbs.warm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What HotSpot wrote for {@code -XX:DumpLoadedClassList}: a class or a lambda's call site per line,
 * in the order of their loading.
 */
record ClassList(List<String> lines) {
  private static final String COMMENT = "#";

  ClassList {
    lines = List.copyOf(lines);
  }

  /** Reads the lists of several JVMs as one: what a later one has too comes once. */
  static ClassList read(List<Path> files) throws IOException {
    LinkedHashSet<String> lines = new LinkedHashSet<>();
    for (Path file : files) {
      try (Stream<String> list = Files.lines(file)) {
        lines.addAll(list.filter(line -> !line.startsWith(COMMENT)).collect(Collectors.toList()));
      }
    }
    return new ClassList(List.copyOf(lines));
  }

  void write(Path file) throws IOException {
    Files.write(file, lines);
  }
}
