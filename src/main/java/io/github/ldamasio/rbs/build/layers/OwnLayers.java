package io.github.ldamasio.rbs.build.layers;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.build.archive.BaseSandbox;
import io.github.ldamasio.rbs.build.archive.ByteCode;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Distribution;
import io.github.ldamasio.rbs.inventory.Inventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Prepares what an image of a user's own adds to an image of this project, in {@code target/layers}
 * of the user's directory. The image's own {@code rbs-add} says whether it goes with what is there.
 */
public final class OwnLayers {
  private static final Path LOCK = Path.of("python-requirements.txt");
  private static final Path CONFIGURATION = Path.of("opt/spark/conf/spark-defaults.conf");

  /** Notes and scripts of pip's, and what Jib adds of its own. */
  private static final List<String> LEFT_OUT =
      List.of(
          "*.dist-info/{INSTALLER,REQUESTED}",
          "bin/**",
          "/opt/rbs-spark/{classpath,libs}/**",
          "/opt/rbs-spark/jib-*-file");

  private final Path project;
  private final Map<String, String> given;
  private final Path layers;
  private final Path sitePackages;

  private OwnLayers(Path project, Map<String, String> given) {
    this.project = project;
    this.given = given;
    layers = project.resolve("target/layers");
    sitePackages = Path.of(given.get("site-packages"));
  }

  /** Arguments: {@code name=value}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> given = new TreeMap<>();
    for (String argument : arguments) {
      String[] words = argument.split("=", 2);
      given.put(words[0], words[1]);
    }
    new OwnLayers(Path.of(given.get("project")), given).prepare();
  }

  private void prepare() throws IOException, InterruptedException {
    String base = given.get("base");
    warning(base).ifPresent(System.err::println);
    if (Files.notExists(project.resolve("src/main/jobs"))) {
      throw new IllegalStateException(
          "directory 'src/main/jobs': expected the jobs of this image, found none; make it");
    }
    List<Path> jars = FileTrees.files(layers.resolve("jars"));
    Checksums.readIfThere(project.resolve(".mvn/checksums/checksums.sha256")).check(jars);
    Path packages = layers.resolve("python");
    FileTrees.delete(packages);
    boolean offline = Boolean.parseBoolean(given.get("offline"));
    boolean hasLock = Files.exists(project.resolve(LOCK));
    Files.createDirectories(packages);
    Files.write(layers.resolveSibling("left-out.txt"), LEFT_OUT);
    InventoryWriter writer = new InventoryWriter(sitePackages, LeftOut.of(LEFT_OUT, sitePackages));
    if (!hasLock) {
      System.out.println("layers: no " + LOCK + ", so no wheels");
    } else {
      new WheelInstaller(
              given.get("python"),
              given.get("python.version"),
              project.resolve(LOCK),
              Path.of(given.get("wheels")))
          .install(offline, packages);
    }
    try (BaseSandbox sandbox =
        BaseSandbox.open(
            Path.of(given.get("cache")), base, new Inputs(project).withBase(base), offline)) {
      checkPython(sandbox);
      AdditionCheck check = new AdditionCheck(sandbox, Path.of(given.get("wheels")));
      check.run(jars, hasLock ? Optional.of(project.resolve(LOCK)) : Optional.empty());
      if (hasLock) {
        dropBaked(sandbox, packages);
        writer.record(packages);
        System.out.println("layers: compiling the Python packages in " + sandbox.place());
        ByteCode.add(sandbox, packages, sitePackages);
      }
      collectConfiguration(sandbox);
      writeInventory(sandbox, writer, packages);
      sandbox.keepRoot();
    }
  }

  /** What is uncertain about a base that has no digest. */
  static Optional<String> warning(String base) {
    if (Inputs.baseFile(base).isPresent() || base.contains("@sha256:")) {
      return Optional.empty();
    }
    return Optional.of(
        "layers: warning: base '"
            + base
            + "': expected its digest behind it, found none; whatever the tag is at the time of a"
            + " build decides what the image is: write @sha256:… behind it");
  }

  private void checkPython(BaseSandbox sandbox) throws IOException {
    String found = inventory(sandbox, Inventory.BAKED).required("python");
    if (!found.equals(given.get("python.version"))) {
      throw new IllegalStateException(
          "Python '"
              + given.get("python.version")
              + "': expected that of the base, found "
              + found
              + "; set <base.python> to it");
    }
  }

  /** A lock may pin what the base has in the same version. */
  private void dropBaked(BaseSandbox sandbox, Path packages) throws IOException {
    List<String> baked =
        inventory(sandbox, Inventory.BAKED).components(Kind.PYTHON).stream()
            .map(component -> Distribution.normal(component.name()))
            .collect(toList());
    for (Distribution distribution : Distribution.in(packages)) {
      if (baked.contains(Distribution.normal(distribution.name()))) {
        for (Path file : distribution.files().keySet()) {
          Files.deleteIfExists(file);
        }
        FileTrees.delete(distribution.info());
      }
    }
  }

  /** The user's files, and the base's settings of Spark in front of the user's. */
  private void collectConfiguration(BaseSandbox sandbox) throws IOException {
    Path configuration = layers.resolve("configuration");
    FileTrees.delete(configuration);
    Files.createDirectories(configuration);
    Path own = project.resolve("src/main/jib");
    Path base = sandbox.root().resolve(CONFIGURATION);
    if (Files.exists(own.resolve(CONFIGURATION)) && Files.exists(base)) {
      Path target = configuration.resolve(CONFIGURATION);
      Files.createDirectories(target.getParent());
      Files.copy(base, target);
    }
    FileTrees.add(own, configuration);
    FileTrees.setModes(configuration);
  }

  private void writeInventory(BaseSandbox sandbox, InventoryWriter writer, Path packages)
      throws IOException {
    Path jars = layers.resolve("jars").resolve("opt/spark/jars");
    Files.createDirectories(jars);
    List<Component> components =
        new ArrayList<>(
            writer.inventory(jars, Path.of("/opt/spark/jars"), packages, Map.of()).components());
    components.addAll(inventory(sandbox, Inventory.ADDED).components());
    FileTrees.delete(layers.resolve("inventory"));
    Path file = layers.resolve("inventory").resolve(Path.of("/").relativize(Inventory.ADDED));
    Files.createDirectories(file.getParent());
    Files.write(file, new Inventory(Map.of(), components).lines());
  }

  private static Inventory inventory(BaseSandbox sandbox, Path file) throws IOException {
    return Inventory.outline(sandbox.root().resolve(Path.of("/").relativize(file)));
  }
}
