package io.github.ldamasio.rbs.build.archive;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Byte code of the Python packages, compiled by the base's own Python. */
public final class ByteCode {
  private ByteCode() {}

  /**
   * Adds byte code beside the sources. Python does not compare it with them, since the sources of
   * an image do not change, and Jib sets their times (https://peps.python.org/pep-0552/,
   * "unchecked").
   *
   * @param packages the packages, as pip installed them
   * @param sitePackages where the image has them
   */
  public static void add(BaseSandbox base, Path packages, Path sitePackages)
      throws IOException, InterruptedException {
    Path copy = base.root().resolve("rbs-compile");
    FileTrees.delete(copy);
    FileTrees.add(packages, copy);
    base.run(
        copy,
        "python3",
        "-B",
        "-m",
        "compileall",
        "-q",
        "-f",
        "--invalidation-mode=unchecked-hash",
        "-d",
        sitePackages.toString(),
        "/rbs-compile");
    for (Path file : FileTrees.files(copy)) {
      if (file.toString().endsWith(".pyc")) {
        Path target = packages.resolve(copy.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
        FileTrees.stamp(target, Sha256.of(target));
      }
    }
    FileTrees.delete(copy);
  }
}
