package io.github.ldamasio.rbs.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a stack of layers makes. */
final class FileTree {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final Map<ImagePath, Entry> entries = new HashMap<>();

  FileTree(List<Layer> layers) {
    layers.forEach(this::add);
  }

  Optional<Entry> find(ImagePath path) {
    return Optional.ofNullable(entries.get(path));
  }

  /** All of them, in no particular order. */
  Stream<Entry> entries() {
    return entries.values().stream();
  }

  /** Deletions first: they concern the layers below, whatever their place in their own layer. */
  private void add(Layer layer) {
    layer.entries().stream().map(Entry::path).forEach(this::delete);
    layer.entries().stream()
        .filter(entry -> !entry.path().fileName().startsWith(WHITEOUT))
        .forEach(entry -> entries.put(entry.path(), entry));
  }

  private void delete(ImagePath path) {
    String name = path.fileName();
    if (name.equals(OPAQUE)) {
      entries.keySet().removeIf(other -> other.isBelow(path.parent()));
    } else if (name.startsWith(WHITEOUT)) {
      ImagePath deleted = path.parent().resolve(name.substring(WHITEOUT.length()));
      entries.keySet().removeIf(other -> other.equals(deleted) || other.isBelow(deleted));
    }
  }
}
