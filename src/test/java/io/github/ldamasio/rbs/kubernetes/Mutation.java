package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A change of the manifests that breaks a rule: a row of {@code mutations.txt}, which describes its
 * columns.
 */
record Mutation(Variant variant, String object, String path, String value, String violation) {
  private static final String TABLE = "mutations.txt";
  private static final String TEMPLATE = "executor-pod.yaml";
  private static final int COLUMNS = 5;

  /** All rows. */
  static List<Mutation> all() {
    try (InputStream table = Mutation.class.getResourceAsStream(TABLE)) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Mutation::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mutation parse(String row) {
    String[] cells = row.strip().split("\\s*\\|\\s*", -1);
    if (cells.length != COLUMNS) {
      throw new IllegalArgumentException(
          "%s, row '%s': expected %d columns, found %d"
              .formatted(TABLE, row, COLUMNS, cells.length));
    }
    return new Mutation(
        Variant.valueOf(cells[0].toUpperCase(Locale.ROOT).replace('-', '_')),
        cells[1],
        cells[2]
            .replaceFirst("^MAIN", "POD/containers/0")
            .replaceFirst("^POD", "/spec/template/spec"),
        cells[3],
        cells[4]);
  }

  /** The rule that it breaks. */
  Rule rule() {
    return Rule.valueOf(violation.split(":", 2)[0]);
  }

  @Override
  public String toString() {
    return "%s, %s %s: '%s'".formatted(variant.directory(), object, path, value);
  }

  /**
   * A changed copy of the manifests.
   *
   * @throws IllegalStateException if what the row names is not there, or has this value already
   */
  Manifests applyTo(Manifests manifests) {
    Manifests changed = path.isEmpty() ? changeObject(manifests) : changePart(manifests.copy());
    if (changed.equals(manifests)) {
      throw new IllegalStateException(
          "%s, row '%s': expected it to change something, found the same; correct the row"
              .formatted(TABLE, this));
    }
    return changed;
  }

  /** Removes or adds a whole object. */
  private Manifests changeObject(Manifests manifests) {
    List<ObjectNode> objects = new ArrayList<>(manifests.objects());
    if (value.isEmpty()) {
      objects.removeIf(each -> Manifests.title(each).equals(object));
    } else {
      objects.add((ObjectNode) Json.parse(value));
    }
    return new Manifests(objects, manifests.secrets());
  }

  private Manifests changePart(Manifests copy) {
    if (object.equals(TEMPLATE)) {
      ObjectNode data = (ObjectNode) copy.get("ConfigMap", "executor-pod").path("data");
      JsonNode pod = Json.parse(data.path(TEMPLATE).asText());
      JsonNode other = pod.deepCopy();
      changeField(other);
      if (!other.equals(pod)) {
        data.put(TEMPLATE, other.toString());
      }
      return copy;
    }
    ObjectNode found =
        Stream.concat(copy.objects().stream(), copy.secrets().stream())
            .filter(each -> Manifests.title(each).equals(object))
            .findFirst()
            .orElseThrow(() -> unknown("an object of this name"));
    if (path.startsWith("/")) {
      changeField(found);
    } else {
      changeArgument((ArrayNode) found.at("/spec/template/spec/containers/0/args"));
    }
    return copy;
  }

  private void changeField(JsonNode root) {
    JsonPointer pointer = JsonPointer.compile(path);
    String field = pointer.last().getMatchingProperty();
    JsonNode parent = root.at(pointer.head());
    if (parent instanceof ArrayNode array && field.equals("-")) {
      array.add(Json.parse(value));
    } else if (!(parent instanceof ObjectNode)) {
      throw unknown("an object at " + pointer.head());
    } else if (value.isEmpty()) {
      ((ObjectNode) parent).remove(field);
    } else {
      ((ObjectNode) parent).set(field, Json.parse(value));
    }
  }

  private void changeArgument(ArrayNode arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.path(i).asText().startsWith(path + "=")) {
        arguments.set(i, path + "=" + value);
        return;
      }
    }
    throw unknown("an argument of this name");
  }

  private IllegalStateException unknown(String expected) {
    return new IllegalStateException(
        "%s, row '%s': expected %s, found none; correct the row".formatted(TABLE, this, expected));
  }
}
