package io.github.ldamasio.rbs.build.layers;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.build.archive.BaseSandbox;
import io.github.ldamasio.rbs.build.archive.ByteCode;
import io.github.ldamasio.rbs.build.archive.ClassArchive;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What the base's own programs do once, so that not each start does it again: byte code of the
 * Python packages, and the class archive, which the user's cache keeps by the key of its inputs.
 * The setting {@code fast-start} says which of them the image has: {@code archive} is both.
 */
final class FastStart {
  private static final Path JARS = Path.of("/opt/spark/jars");
  private static final String ARCHIVE = "archive";
  private static final List<String> SETTINGS = List.of(ARCHIVE, "byte-code", "nothing");

  /** How many archives the cache keeps, of 155 MB each. */
  private static final int KEPT = 3;

  private final Path project;
  private final UnaryOperator<String> settings;
  private final String setting;

  /**
   * @param settings the value of each setting of the build
   */
  FastStart(Path project, UnaryOperator<String> settings) {
    this.project = project;
    this.settings = settings;
    setting = settings.apply("fast-start");
    if (!SETTINGS.contains(setting)) {
      throw new IllegalStateException(
          "image.fast-start '" + setting + "': expected one of " + SETTINGS + ", found another");
    }
  }

  /** What the packages depend on besides their lock. */
  Inputs addTo(Inputs packages) throws IOException {
    return hasByteCode() ? packages.withBase(base()) : packages;
  }

  /** The directory of {@code src/main} whose files the image then has, or an empty name. */
  String overlay() {
    return hasArchive() ? ARCHIVE : "";
  }

  /**
   * Adds byte code to the packages that pip installed, if the image has it; and lists what of the
   * base lies where additions go.
   */
  void addByteCode(Path packages, Path sitePackages, Path baseFiles)
      throws IOException, InterruptedException {
    if (hasByteCode()) {
      try (BaseSandbox sandbox = open()) {
        Files.write(baseFiles, sandbox.list(JARS, sitePackages));
        System.out.println("layers: compiling the Python packages in " + sandbox.place());
        ByteCode.add(sandbox, packages, sitePackages);
        sandbox.keepRoot();
      }
    }
  }

  /**
   * Fills a directory with the archive, if it is of other inputs, or with nothing; returns the key
   * of these inputs.
   *
   * @param jars those of the image, beside the base's
   * @param last the key of what is in the directory
   */
  String addArchive(List<Path> jars, Path layer, String last)
      throws IOException, InterruptedException {
    ClassArchive archive = new ClassArchive(project.resolve("src/main/archive"), stable(jars));
    String key =
        hasArchive() ? archive.addTo(new Inputs(project).withBase(base())).key() : "nothing";
    if (!key.equals(last) || Files.notExists(layer)) {
      FileTrees.delete(layer);
      Files.createDirectories(layer);
      if (hasArchive()) {
        FileTrees.add(kept(archive, key), layer);
      }
    }
    return key;
  }

  /** Where the cache has the archive with this key; makes it if it has none. */
  private Path kept(ClassArchive archive, String key) throws IOException, InterruptedException {
    Path cache = cache();
    Path kept = cache.resolve("archives").resolve(key);
    if (Files.notExists(kept)) {
      try (BaseSandbox sandbox = open()) {
        System.out.println(
            "layers: dumping the class archive in " + sandbox.place() + ", for half a minute");
        Path part = cache.resolve("archive.part");
        FileTrees.delete(part);
        archive.dump(sandbox, part);
        sandbox.keepRoot();
        Files.createDirectories(kept.getParent());
        FileTrees.delete(kept);
        Files.move(part, kept);
      }
      forgetOld(kept.getParent());
    }
    return kept;
  }

  /** Those whose bump shall make no new archive are behind its class path. */
  private List<Path> stable(List<Path> jars) {
    return jars.stream()
        .filter(jar -> !jar.getFileName().toString().matches(settings.apply("archive.behind")))
        .collect(toList());
  }

  private boolean hasArchive() {
    return setting.equals(ARCHIVE);
  }

  private boolean hasByteCode() {
    return !setting.equals("nothing");
  }

  private String base() {
    return settings.apply("base");
  }

  private Path cache() {
    return Path.of(settings.apply("cache"));
  }

  private BaseSandbox open() throws IOException, InterruptedException {
    return BaseSandbox.open(
        cache(),
        base(),
        new Inputs(project).withBase(base()),
        Boolean.parseBoolean(settings.apply("offline")));
  }

  private static void forgetOld(Path archives) throws IOException {
    List<Path> all;
    try (Stream<Path> entries = Files.list(archives)) {
      all =
          entries
              .sorted(
                  Comparator.comparing((Path entry) -> entry.toFile().lastModified()).reversed())
              .collect(toList());
    }
    for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      FileTrees.delete(old);
    }
  }
}
