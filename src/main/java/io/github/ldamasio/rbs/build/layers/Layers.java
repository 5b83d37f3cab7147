package io.github.ldamasio.rbs.build.layers;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.inventory.Inventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prepares all that Jib copies into the image. What it made of the same inputs before, it does not
 * make again, and {@code target/build.properties} tells Maven whether the image is up to date.
 */
public final class Layers {
  private static final Path JARS = Path.of("opt/spark/jars");
  private static final Path INVENTORY = Path.of("opt/rbs-spark/inventory.sha256");
  private static final Path LEFT_OUT = Path.of("src/main/left-out.txt");
  private static final Path REPOSITORY = Path.of("opt/rbs-spark/NO-RUNTIME-DOWNLOADS");
  private static final Pattern SDK_VERSION =
      Pattern.compile("<aws-java-sdk\\.version>([^<]+)</aws-java-sdk\\.version>");

  private final Path project;
  private final Map<String, String> given;
  private final Path target;
  private final Path layers;
  private final Path wheels;
  private final Path baseFiles;
  private final Path sitePackages;
  private final FastStart fastStart;

  /**
   * @param project the directory of {@code pom.xml}
   * @param given the settings, by the names that {@code pom.xml} gives them
   */
  Layers(Path project, Map<String, String> given) {
    this.project = project;
    this.given = new TreeMap<>(given);
    layers = project.resolve(value("layers"));
    target = layers.getParent();
    // With the version in the name: a later 'mvn jib:…' for another Python misses it, and fails.
    wheels = layers.resolve("python" + value("python.version"));
    baseFiles = layers.resolve("base-files");
    sitePackages = Path.of(value("site-packages"));
    fastStart = new FastStart(project, this::value);
  }

  /** Arguments: {@code name=value}. Works in the current directory. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> given = new TreeMap<>();
    for (String argument : arguments) {
      String[] words = argument.split("=", 2);
      given.put(words[0], words[1]);
    }
    // What a user may give Jib on Maven's command line.
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("jib.")) {
        given.put(name, System.getProperty(name));
      }
    }
    new Layers(Path.of("").toAbsolutePath(), given).prepare();
  }

  /**
   * Fills the layers.
   *
   * @throws IllegalStateException if an input is not what it should be
   */
  void prepare() throws IOException, InterruptedException {
    State state = State.take(target.resolve("build.properties"));
    Inputs.baseFile(value("base"))
        .ifPresent(file -> BaseFile.check(project.resolve(file), value("python.version")));
    List<Path> jars = FileTrees.files(layers.resolve("jars").resolve(JARS));
    Checksums checksums = Checksums.read(project.resolve(".mvn/checksums/checksums.sha256"));
    checksums.check(jars);
    LeftOut leftOut = LeftOut.read(project.resolve(LEFT_OUT), sitePackages);
    InventoryWriter inventory = new InventoryWriter(sitePackages, leftOut);
    state.keep("wheels", installWheels(inventory, state.last("wheels")));
    collectConfiguration();
    writeInventory(inventory);
    BakedPoms.write(
        jars.stream().map(checksums::pathInRepository).collect(toList()),
        layers.resolve("inventory").resolve(REPOSITORY));
    // The project's JAR records their modes, which must not be those of a umask.
    FileTrees.setModes(target.resolve("classes"));
    state.keep(
        "archive", fastStart.addArchive(jars, layers.resolve("archive"), state.last("archive")));
    String image = imageKey();
    state.keep("image", image);
    state.keep("image.unchanged", String.valueOf(keepsImage(image.equals(state.last("image")))));
    state.write();
  }

  /** Installs the wheels if the lock or the Python is another; returns the key of its inputs. */
  private String installWheels(InventoryWriter inventory, String last)
      throws IOException, InterruptedException {
    Path lock = project.resolve(value("python.lock"));
    Inputs inputs =
        new Inputs(project)
            .withContent(lock)
            .withContent(project.resolve(LEFT_OUT))
            .with("python", value("python.version"));
    String key = fastStart.addTo(inputs).key();
    if (!key.equals(last) || Files.notExists(wheels)) {
      FileTrees.delete(wheels);
      new WheelInstaller(value("python"), value("python.version"), lock, Path.of(value("wheels")))
          .install(Boolean.parseBoolean(value("offline")), wheels);
      inventory.record(wheels);
      fastStart.addByteCode(wheels, sitePackages, baseFiles);
    }
    return key;
  }

  /** The files of src/main and of the phase's overlays, at their places in the image. */
  private void collectConfiguration() throws IOException {
    Path configuration = layers.resolve("configuration");
    FileTrees.delete(configuration);
    Path main = project.resolve("src/main");
    for (String overlay : ("," + value("overlays") + "," + fastStart.overlay()).split(",")) {
      FileTrees.add(main.resolve(overlay).resolve("jib"), configuration);
      FileTrees.add(
          main.resolve(overlay).resolve("python"),
          configuration.resolve(Path.of("/").relativize(sitePackages)));
    }
  }

  private void writeInventory(InventoryWriter writer) throws IOException {
    Inventory inventory =
        writer.inventory(
            layers.resolve("jars").resolve(JARS),
            Path.of("/").resolve(JARS),
            wheels,
            Map.of(
                "spark", value("spark.version"),
                "hadoop", value("hadoop.version"),
                "python", value("python.version"),
                "aws-java-sdk-bundle", sdkVersion()));
    FileTrees.delete(layers.resolve("inventory"));
    Path file = layers.resolve("inventory").resolve(INVENTORY);
    Files.createDirectories(file.getParent());
    Files.write(file, inventory.lines());
    if (Files.exists(baseFiles)) {
      Files.copy(baseFiles, file.resolveSibling("base-files"));
    }
  }

  /** What hadoop-aws asks for, as its parent POM says. */
  private String sdkVersion() throws IOException {
    Path pom = project.resolve(value("hadoop-project"));
    Matcher version = SDK_VERSION.matcher(Files.readString(pom));
    if (!version.find()) {
      throw new IllegalStateException(
          "POM '" + pom + "': expected the property aws-java-sdk.version, found none");
    }
    return version.group(1);
  }

  /** All that Jib reads; the inventory stands for the bytes of JARs and wheels. */
  private String imageKey() throws IOException {
    Map<String, String> settings = new TreeMap<>(given);
    settings.keySet().removeAll(List.of("cache", "offline", "python", "wheels"));
    return new Inputs(project)
        .with("settings", settings.toString())
        .withContent(project.resolve("pom.xml"))
        .withContent(project.resolve("src/main"))
        .withContent(target.resolve("classes"))
        .withContent(layers.resolve("configuration"))
        .withContent(layers.resolve("inventory"))
        .withTimes(layers.resolve("archive"))
        .withBase(value("base"))
        .key();
  }

  /** Whether the image is there and of these inputs; else removes what stands for it. */
  private boolean keepsImage(boolean sameInputs) throws IOException {
    // Jib writes it last.
    Path mark = target.resolve("jib-image.json");
    if (sameInputs && Files.exists(mark) && Files.exists(target.resolve("jib-image.tar"))) {
      return true;
    }
    Files.deleteIfExists(mark);
    return false;
  }

  private String value(String name) {
    String value = given.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "setting '" + name + "': expected in pom.xml, in the arguments of 'layers', found none");
    }
    return value;
  }
}
