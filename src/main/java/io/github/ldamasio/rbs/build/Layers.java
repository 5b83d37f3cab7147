package io.github.ldamasio.rbs.build;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Prepares all that Jib layers: compares the JARs with their lock, installs the wheels, writes the
 * configuration and the inventory. What it made of the same inputs before, it does not make again;
 * {@code target/build.properties} says whether the image is to be made.
 */
public final class Layers {
  private static final Path TARGET = Path.of("target");
  private static final Path STATE = TARGET.resolve("build.properties");
  private static final Path DEFAULTS = Path.of("opt/spark/conf/spark-defaults.conf");

  private final Map<String, String> given = new HashMap<>();
  private final Path directory;
  private final Path wheels;
  private final Properties last = new Properties();

  private Layers(String[] arguments) throws IOException {
    for (String argument : arguments) {
      String[] words = argument.split("=", 2);
      given.put(words[0], words[1]);
    }
    directory = Path.of(given.get("directory"));
    wheels = directory.resolve("python" + given.get("python.version"));
    if (Files.exists(STATE)) {
      try (var state = Files.newBufferedReader(STATE)) {
        last.load(state);
      }
    }
  }

  /** Arguments: {@code name=value}, see the POM. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    new Layers(arguments).make();
  }

  private void make() throws IOException, InterruptedException {
    // Without it the next build makes everything: a killed one leaves no result with another key.
    Files.deleteIfExists(STATE);
    checkJars();
    String lock = Sha256.of(Path.of(given.get("python.lock"))) + " " + given.get("python.version");
    if (!lock.equals(last.getProperty("wheels")) || Files.notExists(wheels)) {
      deleteAll(wheels);
      installWheels();
    }
    copyConfiguration();
    InventoryWriter.main(
        Stream.concat(
                Stream.of(
                    directory.toString(),
                    given.get("site-packages"),
                    given.get("site-packages") + "/{" + given.get("left-out") + "}",
                    given.get("hadoop-project"),
                    directory.resolve("inventory/opt/rbs-spark/inventory.sha256").toString()),
                Stream.of(given.get("requires").replace(' ', '=').split(",")))
            .toArray(String[]::new));
    openClasses();
    String image = imageKey();
    boolean unchanged =
        image.equals(last.getProperty("image"))
            && Files.exists(TARGET.resolve("jib-image.tar"))
            && Files.exists(TARGET.resolve("jib-image.json"));
    if (!unchanged) {
      Files.deleteIfExists(TARGET.resolve("jib-image.json"));
    }
    Properties state = new Properties();
    state.setProperty("wheels", lock);
    state.setProperty("image", image);
    state.setProperty("image.unchanged", String.valueOf(unchanged));
    try (var writer = Files.newBufferedWriter(STATE)) {
      state.store(writer, null);
    }
  }

  /** Each JAR has a line of the lock, which sha256sum could check, too. */
  private void checkJars() throws IOException {
    Map<String, String> lock = new HashMap<>();
    for (String line : Files.readAllLines(Path.of(given.get("jars.lock")))) {
      if (!line.startsWith("#")) {
        String[] words = line.split(" +");
        lock.put(words[1], words[0]);
      }
    }
    List<String> problems = new ArrayList<>();
    for (Path jar : list(directory.resolve("jars/opt/spark/jars"))) {
      String name = jar.getFileName().toString();
      String expected = lock.getOrDefault(name, "a line for it");
      String found = Sha256.of(jar);
      if (!found.equals(expected)) {
        problems.add(
            "JAR '" + name + "': expected " + expected + " in jars.sha256, found " + found);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          String.join("\n", problems)
              + "\nif it is a new pin, add the line; else delete it from Maven's local repository");
    }
  }

  private void installWheels() throws IOException, InterruptedException {
    List<String> common =
        List.of(
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--only-binary=:all:",
            "--no-deps",
            "--implementation=cp",
            "--python-version=" + given.get("python.version"),
            "--platform=manylinux2014_x86_64",
            "--requirement=" + given.get("python.lock"));
    if (!given.get("offline").equals("true")) {
      pip(List.of("download", "--dest=" + given.get("wheels")), common);
    }
    pip(
        List.of(
            "--isolated",
            "install",
            "--root-user-action=ignore",
            "--no-index",
            "--find-links=" + given.get("wheels"),
            "--no-compile",
            "--target=" + wheels),
        common);
  }

  private void pip(List<String> command, List<String> options)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(given.get("python"), "-m", "pip"));
    words.addAll(command);
    words.addAll(options);
    if (new ProcessBuilder(words).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("pip: expected to succeed, found the error above");
    }
  }

  /** The files of src/main/jib, and the phase's settings of Spark after those in it. */
  private void copyConfiguration() throws IOException {
    Path source = Path.of("src/main/jib");
    Path target = directory.resolve("configuration");
    deleteAll(target);
    for (Path file : walk(source)) {
      Path copy = target.resolve(source.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (String file : given.get("defaults").split(",")) {
      if (!file.isEmpty() && !file.startsWith("$")) {
        Files.write(
            target.resolve(DEFAULTS),
            Files.readAllBytes(Path.of("src/main").resolve(file)),
            StandardOpenOption.APPEND);
      }
    }
  }

  /** The project's JAR records its files' modes: not those of the user's umask. */
  private void openClasses() throws IOException {
    try (Stream<Path> files = Files.walk(TARGET.resolve("classes"))) {
      for (Path file : files.collect(toList())) {
        Files.setPosixFilePermissions(
            file,
            PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  /** All that Jib reads. The inventory stands for the JARs and the wheels. */
  private String imageKey() throws IOException {
    TreeMap<String, String> inputs = new TreeMap<>(given);
    List<Path> files = new ArrayList<>(List.of(Path.of("pom.xml")));
    for (String tree :
        List.of("src/main", "target/classes", directory + "/configuration", directory + "/inventory")) {
      files.addAll(walk(Path.of(tree)));
    }
    Path base = Path.of(".base");
    if (Files.exists(base)) {
      files.addAll(
          list(base).stream().filter(f -> f.getFileName().toString().startsWith("python-")).collect(toList()));
    }
    for (Path file : files) {
      inputs.put(file.toString(), Sha256.of(file));
    }
    Path key = Files.createTempFile(TARGET, "key", null);
    Files.writeString(key, inputs.toString());
    String sha256 = Sha256.of(key);
    Files.delete(key);
    return sha256;
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().collect(toList());
    }
  }

  private static List<Path> walk(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      return files.filter(Files::isRegularFile).sorted().collect(toList());
    }
  }

  private static void deleteAll(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).collect(toList())) {
          Files.delete(file);
        }
      }
    }
  }
}
