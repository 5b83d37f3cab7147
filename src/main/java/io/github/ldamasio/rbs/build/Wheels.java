package io.github.ldamasio.rbs.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Which file of a directory that pip filled belongs to which distribution, by RECORD. */
final class Wheels {
  private Wheels() {}

  /** The files of the distribution whose METADATA this is, with its name; nothing of another file. */
  static Map<Path, String> owners(Path file) throws IOException {
    Map<Path, String> owners = new HashMap<>();
    if (file.endsWith("METADATA") && file.getParent().toString().endsWith(".dist-info")) {
      Path info = file.getParent();
      String name = info.getFileName().toString().replaceFirst("-[^-]+\\.dist-info$", "");
      for (String line : Files.readAllLines(info.resolve("RECORD"))) {
        owners.put(info.resolveSibling(line.replaceFirst("^\"?(.+?)\"?,[^,]*,[0-9]*$", "$1")), name);
      }
      owners.put(info.resolve("files.sha256"), name);
    }
    return owners;
  }
}
