package io.github.ldamasio.rbs.inventory;

import io.github.ldamasio.rbs.inventory.Component.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the build baked into the image. {@code sha256sum --check} can read its text, too: a line per
 * file, with comments between them that name the components and the versions of what is around
 * them. Immutable.
 */
public final class Inventory {
  /** What the build of this project added to the base. */
  public static final Path BAKED = Path.of("/opt/rbs-spark/inventory.sha256");

  /** What was added to the image afterwards; there is no such file if nothing was. */
  public static final Path ADDED = BAKED.resolveSibling("added.sha256");

  /**
   * The name of a file that stands for those that it lists: a component's only one in the
   * inventory, with a line like the inventory's own for each of the others.
   */
  public static final String LIST = "files.sha256";

  private static final String TITLE = "# What is in the image; sha256sum --check reads it, too.";

  private final Map<String, String> requirements;
  private final List<Component> components;

  /**
   * The versions that things around the components must have, by their names; and the components.
   */
  public Inventory(Map<String, String> requirements, List<Component> components) {
    this.requirements = Map.copyOf(requirements);
    this.components = List.copyOf(components);
  }

  /**
   * The version that something must have: spark, hadoop, python, aws-java-sdk-bundle.
   *
   * @throws IllegalStateException if the inventory does not say
   */
  public String required(String name) {
    String version = requirements.get(name);
    if (version == null) {
      throw new IllegalStateException(
          "inventory: expected a line '# requires "
              + name
              + " …', found none; build the image again");
    }
    return version;
  }

  /** All JARs and Python distributions. */
  public List<Component> components() {
    return components;
  }

  /** The JARs or the Python distributions. */
  public List<Component> components(Kind kind) {
    return components.stream()
        .filter(component -> component.kind() == kind)
        .collect(Collectors.toUnmodifiableList());
  }

  /**
   * Reads an inventory of this image and the lists that it names: components have all their files.
   *
   * @throws IllegalArgumentException with the line that does not belong in an inventory
   */
  public static Inventory read(Path inventory) throws IOException {
    Inventory outline = outline(inventory);
    List<Component> components = new ArrayList<>();
    for (Component component : outline.components()) {
      List<BakedFile> files = new ArrayList<>(component.files());
      for (BakedFile file : component.files()) {
        // A list that is missing is a file that is missing.
        if (file.path().endsWith(LIST) && Files.exists(file.path())) {
          Files.readAllLines(file.path()).forEach(line -> files.add(file(line)));
        }
      }
      components.add(new Component(component.kind(), component.name(), component.version(), files));
    }
    return new Inventory(outline.requirements, components);
  }

  /**
   * Reads an inventory without the lists that it names; an empty one if it is {@link #ADDED}, and
   * there is no such file.
   *
   * @throws IllegalArgumentException with the line that does not belong in an inventory
   */
  public static Inventory outline(Path inventory) throws IOException {
    return inventory.endsWith(ADDED.getFileName()) && Files.notExists(inventory)
        ? new Inventory(Map.of(), List.of())
        : parse(Files.readAllLines(inventory));
  }

  /** The same requirements with other components. */
  public Inventory with(List<Component> others) {
    return new Inventory(requirements, others);
  }

  /**
   * Reads what {@link #lines()} gave.
   *
   * @throws IllegalArgumentException with the line that does not belong in an inventory
   */
  public static Inventory parse(List<String> lines) {
    Map<String, String> requirements = new TreeMap<>();
    List<Component> components = new ArrayList<>();
    List<BakedFile> files = new ArrayList<>();
    String[] open = null;
    for (String line : lines) {
      if (line.equals(TITLE)) {
        continue;
      }
      if (!line.startsWith("# ")) {
        files.add(file(line));
        continue;
      }
      String[] words = line.split(" ");
      if (words.length != 4) {
        throw unreadable(line);
      }
      if (words[1].equals("requires")) {
        requirements.put(words[2], words[3]);
      } else {
        close(open, files, components);
        open = words;
      }
    }
    close(open, files, components);
    if (components.isEmpty()) {
      throw new IllegalArgumentException("inventory: expected components, found none");
    }
    return new Inventory(requirements, components);
  }

  /** The inventory's text, always the same for the same content. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(List.of(TITLE));
    new TreeMap<>(requirements)
        .forEach((name, version) -> lines.add("# requires " + name + " " + version));
    for (Component component : components) {
      lines.add("# " + component);
      component.files().forEach(file -> lines.add(file.toString()));
    }
    return List.copyOf(lines);
  }

  private static void close(String[] words, List<BakedFile> files, List<Component> components) {
    if (words != null) {
      Kind kind = Kind.valueOf(words[1].toUpperCase(Locale.ROOT));
      components.add(new Component(kind, words[2], words[3], files));
      files.clear();
    }
  }

  private static BakedFile file(String line) {
    String[] fields = line.split(" {2}", 2);
    if (fields.length != 2) {
      throw unreadable(line);
    }
    return new BakedFile(Path.of(fields[1]), fields[0]);
  }

  private static IllegalArgumentException unreadable(String line) {
    return new IllegalArgumentException(
        "inventory line '"
            + line
            + "': expected '# KIND NAME VERSION' or 'SHA256  PATH', found neither;"
            + " build the image again");
  }
}
