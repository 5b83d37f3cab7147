package io.github.ldamasio.rbs.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes images that differ from the built one. A changed layer goes through the same reader as the
 * image's; the others are not read again.
 */
record Mutator(ImageTar tar, BuiltImage image) {

  /** Changes the added layer that has this file, and its digest in the configuration with it. */
  Mutation layer(
      String name, ImagePath file, Consumer<LayerCopy> change, Discrepancy... discrepancies) {
    return layers(name, Map.of(file, change), discrepancies);
  }

  /** Takes a file out of its layer, and adds it to the layer that has another one. */
  Mutation moved(String name, ImagePath file, ImagePath other, Discrepancy... discrepancies) {
    byte[] bytes = bytes(file);
    return layers(
        name,
        Map.of(file, copy -> copy.remove(file), other, copy -> copy.add(file, bytes)),
        discrepancies);
  }

  private Mutation layers(
      String name, Map<ImagePath, Consumer<LayerCopy>> changes, Discrepancy... discrepancies) {
    List<Layer> added = new ArrayList<>(image.added());
    ObjectNode json = json();
    changes.forEach(
        (file, change) -> {
          int index = indexOf(file);
          LayerCopy copy = copy(index);
          change.accept(copy);
          added.set(index, copy.layer());
          ((ArrayNode) json.at("/rootfs/diff_ids"))
              .set(image.base().layers().size() + index, "sha256:" + added.get(index).diffId());
        });
    return mutation(name, json, added, discrepancies);
  }

  /** Changes the configuration. */
  Mutation configuration(String name, Consumer<ObjectNode> change, Discrepancy... discrepancies) {
    ObjectNode json = json();
    change.accept(json);
    return mutation(name, json, image.added(), discrepancies);
  }

  /** A copy of the bytes of an added file. */
  byte[] bytes(ImagePath file) {
    return copy(indexOf(file)).bytes(file);
  }

  private Mutation mutation(
      String name, ObjectNode json, List<Layer> added, Discrepancy... discrepancies) {
    BuiltImage mutant = new BuiltImage(Configuration.parse(json), image.base(), added);
    return new Mutation(name, mutant, List.of(discrepancies));
  }

  private int indexOf(ImagePath file) {
    int index = 0;
    while (image.added().get(index).entries().stream()
        .noneMatch(entry -> entry.path().equals(file))) {
      index++;
    }
    return index;
  }

  private LayerCopy copy(int index) {
    try (InputStream bytes = tar.openLayer(image.base().layers().size() + index)) {
      return LayerCopy.read(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode json() {
    try {
      return (ObjectNode) tar.configurationJson();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
