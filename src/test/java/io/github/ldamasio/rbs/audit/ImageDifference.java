package io.github.ldamasio.rbs.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** In which layers, files and settings two image tars differ. */
final class ImageDifference {
  private ImageDifference() {}

  /** One line for each difference; none if only the compression or the archive differs. */
  static List<String> between(Path one, Path other) throws IOException {
    try (ImageTar first = new ImageTar(one);
        ImageTar second = new ImageTar(other)) {
      List<Sha256> layers = first.configuration().diffIds();
      List<Sha256> others = second.configuration().diffIds();
      List<String> lines = new ArrayList<>();
      if (layers.size() != others.size()) {
        lines.add("layers: %d and %d".formatted(layers.size(), others.size()));
      }
      for (int i = 0; i < Math.min(layers.size(), others.size()); i++) {
        if (!layers.get(i).equals(others.get(i))) {
          lines.addAll(between(i, Layer.read(first.openLayer(i)), Layer.read(second.openLayer(i))));
        }
      }
      JsonNode settings = first.configurationJson();
      JsonNode otherSettings = second.configurationJson();
      for (String name : List.of("config", "created", "history")) {
        if (!settings.path(name).equals(otherSettings.path(name))) {
          lines.add("%s: %s and %s".formatted(name, settings.path(name), otherSettings.path(name)));
        }
      }
      return lines;
    }
  }

  private static List<String> between(int number, Layer one, Layer other) {
    Map<ImagePath, Entry> entries = byPath(one);
    Map<ImagePath, Entry> others = byPath(other);
    TreeSet<ImagePath> paths = new TreeSet<>(entries.keySet());
    paths.addAll(others.keySet());
    List<String> files =
        paths.stream()
            .filter(path -> !Objects.equals(entries.get(path), others.get(path)))
            .map(path -> "%s and %s".formatted(entries.get(path), others.get(path)))
            .toList();
    String layer = "layer %d: ".formatted(number);
    return files.isEmpty()
        ? List.of(layer + "the same files in another order or format")
        : files.stream().map(layer::concat).toList();
  }

  private static Map<ImagePath, Entry> byPath(Layer layer) {
    return layer.entries().stream()
        .collect(Collectors.toMap(Entry::path, Function.identity(), (first, last) -> last));
  }
}
