package io.github.ldamasio.rbs.build.layers;

import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The hashes of {@code .mvn/checksums}, which Maven 3.9 can compare with all that it resolves. The
 * build compares the image's JARs with them itself, since older Mavens ignore the file. Immutable.
 */
final class Checksums {
  private final Path file;
  private final Map<String, String> hashes = new HashMap<>();
  private final Map<String, Path> paths = new HashMap<>();

  private Checksums(Path file, List<String> lines) {
    this.file = file;
    for (String line : lines) {
      String[] words = line.split(" +", 2);
      String name = words[1].substring(words[1].lastIndexOf('/') + 1);
      paths.put(name, Path.of(words[1]));
      String other = hashes.put(name, words[0]);
      if (other != null && !other.equals(words[0])) {
        hashes.put(name, "one hash for the name, which two artifacts have");
      }
    }
  }

  static Checksums read(Path file) throws IOException {
    return new Checksums(file, Files.readAllLines(file));
  }

  /** No hashes at all if there is no such file: then each JAR is refused, and its hash named. */
  static Checksums readIfThere(Path file) throws IOException {
    return Files.exists(file) ? read(file) : new Checksums(file, List.of());
  }

  /** Where a Maven repository has this JAR, which {@link #check} has found right. */
  Path pathInRepository(Path jar) {
    return paths.get(jar.getFileName().toString());
  }

  /**
   * Compares these JARs.
   *
   * @throws IllegalStateException that names each one whose hash is another or is missing
   */
  void check(List<Path> jars) throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path jar : jars) {
      String name = jar.getFileName().toString();
      String expected = hashes.get(name);
      String found = Sha256.of(jar);
      if (expected == null) {
        problems.add(
            "JAR '" + name + "': expected a line for it in " + file + ", found none; it would be:");
        problems.add(found + "  " + name);
      } else if (!found.equals(expected)) {
        problems.add("JAR '" + name + "': expected " + expected + ", found " + found);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          String.join("\n", problems)
              + "\nIf the version is new, add its line, which scripts/renew.sh does in this project's"
              + " own repository; if the base has such a JAR, exclude the dependency; else delete the"
              + " JAR from Maven's local repository, build again, and trust neither mirror nor proxy"
              + " if it stays so.");
    }
  }
}
