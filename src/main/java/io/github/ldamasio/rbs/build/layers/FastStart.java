package io.github.ldamasio.rbs.build.layers;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.build.archive.BaseSandbox;
import io.github.ldamasio.rbs.build.archive.ByteCode;
import io.github.ldamasio.rbs.build.archive.ClassArchive;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the base's own programs do once, so that not each start does it again: byte code of the
 * Python packages, and the class archive, which the user's cache keeps by the key of its inputs.
 */
final class FastStart {
  /** How many archives the cache keeps, of 155 MB each. */
  private static final int KEPT = 3;

  private final Path project;
  private final Path cache;
  private final String base;

  /**
   * @param base the base as Jib names it
   */
  FastStart(Path project, Path cache, String base) {
    this.project = project;
    this.cache = cache;
    this.base = base;
  }

  /** Adds byte code to the packages that pip installed. */
  void addByteCode(Path packages, Path sitePackages) throws IOException, InterruptedException {
    System.out.println("layers: compiling the Python packages");
    try (BaseSandbox sandbox = open()) {
      ByteCode.add(sandbox, packages, sitePackages);
    }
  }

  /**
   * Fills a directory with the archive, if it is of other inputs; returns the key of these.
   *
   * @param jars those on the archive's class path, beside the base's
   * @param last the key of the archive that is in the directory
   */
  String addArchive(List<Path> jars, Path layer, String last)
      throws IOException, InterruptedException {
    ClassArchive archive = new ClassArchive(project.resolve("src/main/archive"), jars);
    String key = archive.addTo(new Inputs(project).withBase(base)).key();
    if (key.equals(last) && Files.exists(layer)) {
      return key;
    }
    FileTrees.delete(layer);
    Path kept = cache.resolve("archives").resolve(key);
    if (Files.notExists(kept)) {
      System.out.println("layers: dumping the class archive, which takes half a minute");
      Path part = cache.resolve("archive.part");
      try (BaseSandbox sandbox = open()) {
        FileTrees.delete(part);
        archive.dump(sandbox, part);
        Files.createDirectories(kept.getParent());
        FileTrees.delete(kept);
        Files.move(part, kept);
      }
      forgetOld(kept.getParent());
    }
    FileTrees.add(kept, layer);
    return key;
  }

  private BaseSandbox open() throws IOException, InterruptedException {
    return BaseSandbox.open(cache, base, new Inputs(project).withBase(base));
  }

  private static void forgetOld(Path archives) throws IOException {
    List<Path> all;
    try (Stream<Path> entries = Files.list(archives)) {
      all =
          entries
              .sorted(
                  Comparator.comparing((Path entry) -> entry.toFile().lastModified()).reversed())
              .collect(toList());
    }
    for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      FileTrees.delete(old);
    }
  }
}
