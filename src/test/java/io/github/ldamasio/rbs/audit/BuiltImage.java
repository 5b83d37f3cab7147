package io.github.ldamasio.rbs.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** An image: its configuration, its base, and the layers that the build added. */
record BuiltImage(Configuration configuration, Base base, List<Layer> added) {

  private static BuiltImage ofThisBuild;

  BuiltImage {
    added = List.copyOf(added);
  }

  /**
   * The image that {@code mvn package} left in {@code target}. It is read once, for all tests.
   *
   * @throws UncheckedIOException if there is none
   */
  static synchronized BuiltImage ofThisBuild() {
    if (ofThisBuild == null) {
      try (ImageTar tar = ImageTar.ofThisBuild()) {
        ofThisBuild = tar.read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ofThisBuild;
  }

  /** The entries of all added layers, from the lowest to the topmost. */
  Stream<Entry> addedEntries() {
    return added.stream().flatMap(layer -> layer.entries().stream());
  }

  /** Everything added that is no directory: the files, and whatever should not be there. */
  Stream<Entry> addedFiles() {
    return addedEntries().filter(entry -> !entry.isDirectory());
  }
}
