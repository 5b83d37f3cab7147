package io.github.ldamasio.rbs.build.layers;

import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a step of the build reads. Equal inputs have one key. */
final class Inputs {
  private final Path project;
  private final Map<String, String> all = new TreeMap<>();

  /** Without any input yet; files are known by their paths from the project's directory. */
  Inputs(Path project) {
    this.project = project;
  }

  Inputs with(String name, String value) {
    all.put(name, value);
    return this;
  }

  /** The bytes of a file, or of each file in a directory. */
  Inputs withContent(Path tree) throws IOException {
    for (Path file : FileTrees.files(tree)) {
      all.put(project.relativize(file).toString(), Sha256.of(file));
    }
    return this;
  }

  /** Size and time of each file in a directory, for files that are too large to read each time. */
  Inputs withTimes(Path tree) throws IOException {
    for (Path file : FileTrees.files(tree)) {
      all.put(
          project.relativize(file).toString(),
          Files.size(file) + " " + Files.getLastModifiedTime(file));
    }
    return this;
  }

  String key() {
    return Sha256.of(all.toString());
  }
}
