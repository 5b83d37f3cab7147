package io.github.ldamasio.rbs.audit;

import java.util.List;
import java.util.stream.Stream;

/** An image: its configuration, the layers of its base, and those that the build added. */
record BuiltImage(Configuration configuration, List<Layer> base, List<Layer> added) {

  BuiltImage {
    base = List.copyOf(base);
    added = List.copyOf(added);
  }

  /** As if the topmost layer were not there. */
  BuiltImage withoutTop() {
    return new BuiltImage(configuration, base, added.subList(0, added.size() - 1));
  }

  /** As if the topmost layer were the only one added. */
  BuiltImage onlyTop() {
    return new BuiltImage(configuration, base, added.subList(added.size() - 1, added.size()));
  }

  /** The entries of all added layers, from the lowest to the topmost. */
  Stream<Entry> addedEntries() {
    return added.stream().flatMap(layer -> layer.entries().stream());
  }

  /** What the build added and is no directory: the files, and whatever should not be there. */
  Stream<Entry> addedFiles() {
    return addedEntries().filter(entry -> !entry.isDirectory());
  }
}
