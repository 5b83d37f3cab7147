package io.github.ldamasio.rbs.build.layers;

import io.github.ldamasio.rbs.build.archive.WarmLayer;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the layer with the class archive and the byte code, if something that it depends on
 * changed.
 */
final class ArchiveStep {
  private final Path project;
  private final Path layers;
  private final Path layer;

  ArchiveStep(Path project, Path layers) {
    this.project = project;
    this.layers = layers;
    layer = layers.resolve("warm");
  }

  /** No archive of another build is left. */
  void skip() throws IOException {
    FileTrees.delete(layer);
  }

  /**
   * Makes it from the other layers, which are complete, or keeps it; returns the key of its inputs.
   *
   * @param last the key of the layer that is there
   */
  String make(String base, Path wheels, Path sitePackages, LeftOut leftOut, String last)
      throws IOException, InterruptedException {
    Path classes = project.resolve("src/main/warm/classes");
    String key =
        new Inputs(project)
            .withBase(base)
            .withContent(layers.resolve("inventory"))
            .withContent(layers.resolve("configuration"))
            .withContent(project.resolve("target/classes/io/github/ldamasio/rbs/build/archive"))
            .withContent(classes)
            .key();
    if (!key.equals(last) || Files.notExists(layer)) {
      FileTrees.delete(layer);
      FileTrees.delete(layers.resolve("warm.part"));
      Path added = layers.resolve("warm.added");
      FileTrees.delete(added);
      FileTrees.add(layers.resolve("jars"), added);
      FileTrees.add(layers.resolve("configuration"), added);
      for (Path file : FileTrees.files(wheels)) {
        Path inImage = sitePackages.resolve(wheels.relativize(file));
        if (!leftOut.matches(inImage)) {
          Path copy = added.resolve(Path.of("/").relativize(inImage));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
      new WarmLayer(base, classes, sitePackages.toString()).make(added, layer);
      FileTrees.delete(added);
    }
    return key;
  }
}
