package io.github.ldamasio.rbs.build.layers;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.inventory.BakedFile;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Distribution;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.inventory.JarName;
import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes the inventory of the JARs and the wheels. Names and versions come from the files' own
 * names, which Maven and pip gave them.
 */
final class InventoryWriter {
  private final Path sitePackages;
  private final LeftOut leftOut;

  /** For packages that the image has in this directory, without what it goes without. */
  InventoryWriter(Path sitePackages, LeftOut leftOut) {
    this.sitePackages = sitePackages;
    this.leftOut = leftOut;
  }

  /** The file, in a distribution's own layer, that lists the distribution's other files. */
  static Path list(Distribution distribution) {
    return distribution.info().resolve(Inventory.LIST);
  }

  /**
   * The inventory of a directory of JARs, which the image has at {@code jarsInImage}, and of a
   * directory of packages. The list of a distribution's files is written beside them, so that a
   * bump of another one does not change it.
   *
   * @param requirements the versions that things around them must have, by name
   */
  Inventory inventory(Path jars, Path jarsInImage, Path packages, Map<String, String> requirements)
      throws IOException {
    List<Component> components = new ArrayList<>();
    for (Path jar : files(jars)) {
      components.add(jar(jar, jarsInImage.resolve(jar.getFileName())));
    }
    for (Distribution distribution : Distribution.in(packages)) {
      components.add(python(distribution, packages));
    }
    return new Inventory(requirements, components);
  }

  private static Component jar(Path jar, Path inImage) throws IOException {
    JarName name =
        JarName.of(jar)
            .filter(found -> found.version().isPresent())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "JAR '"
                            + jar
                            + "': expected a name like 'artifact-1.0.jar', found another"));
    String sha256 = Sha256.of(jar);
    FileTrees.stamp(jar, sha256);
    return new Component(
        Kind.JAR, name.artifact(), name.version().get(), List.of(new BakedFile(inImage, sha256)));
  }

  /** Lets each RECORD list what the image has, and the file that lists it with hashes. */
  void record(Path packages) throws IOException {
    for (Distribution distribution : Distribution.in(packages)) {
      distribution.record(
          file -> file.startsWith(packages) && !leftOut.matches(inImage(file, packages)),
          list(distribution));
    }
  }

  private Component python(Distribution distribution, Path packages) throws IOException {
    Path list = list(distribution);
    Map<Path, BakedFile> files = new TreeMap<>();
    for (Map.Entry<Path, String> recorded : distribution.files().entrySet()) {
      Path file = recorded.getKey();
      if (!file.equals(list)) {
        Path path = inImage(file, packages);
        String sha256 = Sha256.of(file);
        if (!recorded.getValue().isEmpty() && !sha256.equals(recorded.getValue())) {
          throw new IllegalStateException(
              "file '"
                  + file
                  + "': expected SHA-256 "
                  + recorded.getValue()
                  + " as in RECORD, found "
                  + sha256
                  + "; run 'mvn clean package'");
        }
        FileTrees.stamp(file, sha256);
        files.put(path, new BakedFile(path, sha256));
      }
    }
    Files.write(list, files.values().stream().map(BakedFile::toString).collect(toList()));
    String sha256 = Sha256.of(list);
    FileTrees.stamp(list, sha256);
    BakedFile file = new BakedFile(inImage(list, packages), sha256);
    return new Component(Kind.PYTHON, distribution.name(), distribution.version(), List.of(file));
  }

  private Path inImage(Path file, Path packages) {
    return sitePackages.resolve(packages.relativize(file));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().collect(toList());
    }
  }
}
