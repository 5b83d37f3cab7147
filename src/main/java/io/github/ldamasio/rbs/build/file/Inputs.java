package io.github.ldamasio.rbs.build.file;

import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a step of the build reads. Equal inputs have one key. */
public final class Inputs {
  private static final String TAR = "tar://";

  private final Path project;
  private final Map<String, String> all = new TreeMap<>();

  /** Without any input yet; files are known by their paths from the project's directory. */
  public Inputs(Path project) {
    this.project = project;
  }

  /** The file of a base that Jib does not read from a registry, as {@code tar://} names it. */
  public static Optional<Path> baseFile(String base) {
    return base.startsWith(TAR)
        ? Optional.of(Path.of(base.substring(TAR.length())))
        : Optional.empty();
  }

  public Inputs with(String name, String value) {
    all.put(name, value);
    return this;
  }

  /** The bytes of a file, or of each file in a directory. */
  public Inputs withContent(Path tree) throws IOException {
    for (Path file : FileTrees.files(tree)) {
      all.put(project.relativize(file).toString(), Sha256.of(file));
    }
    return this;
  }

  /**
   * Size and time of a file, or of each file in a directory: of what is too large to read each
   * time.
   */
  public Inputs withTimes(Path tree) throws IOException {
    for (Path file : FileTrees.files(tree)) {
      all.put(project.relativize(file.toAbsolutePath()).toString(), sizeAndTime(file));
    }
    return this;
  }

  /** The name of the base; of one that is a file size and time, wherever it is. */
  public Inputs withBase(String base) throws IOException {
    Optional<Path> file = baseFile(base);
    return with("base", file.isPresent() ? sizeAndTime(project.resolve(file.get())) : base);
  }

  private static String sizeAndTime(Path file) throws IOException {
    return Files.size(file) + " " + Files.getLastModifiedTime(file);
  }

  public String key() {
    return Sha256.of(all.toString());
  }
}
