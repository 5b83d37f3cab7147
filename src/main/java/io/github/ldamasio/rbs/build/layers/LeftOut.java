package io.github.ldamasio.rbs.build.layers;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;

/** What the image goes without: {@code src/main/left-out.txt}. Immutable. */
final class LeftOut {
  private final List<PathMatcher> globs;

  private LeftOut(List<PathMatcher> globs) {
    this.globs = globs;
  }

  /** Reads a glob from each line; a relative one is about the Python packages' directory. */
  static LeftOut read(Path file, Path sitePackages) throws IOException {
    return of(Files.readAllLines(file), sitePackages);
  }

  /** The globs of these lines. */
  static LeftOut of(List<String> lines, Path sitePackages) {
    return new LeftOut(
        lines.stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(
                glob ->
                    FileSystems.getDefault().getPathMatcher("glob:" + sitePackages.resolve(glob)))
            .collect(toList()));
  }

  /** Whether the image goes without this file, given by its path in the image. */
  boolean matches(Path file) {
    return globs.stream().anyMatch(glob -> glob.matches(file));
  }
}
