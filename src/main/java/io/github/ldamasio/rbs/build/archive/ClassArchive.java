package io.github.ldamasio.rbs.build.archive;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A class data sharing archive of Spark's classes, dumped by the base's own JVM. The same inputs
 * give the same bytes, so it is kept in the user's cache by their key.
 */
public final class ClassArchive {
  private static final Path JARS = Path.of("opt/spark/jars");
  private static final Path DIRECTORY = Path.of("opt/rbs-spark/archive");

  /** The time that Jib gives each file: the archive records those of the JARs. */
  private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1));

  private final Path cache;
  private final String base;
  private final Path script;
  private final Path classes;

  /**
   * @param cache where archives are kept, and the base while one is made
   * @param base the base as Jib names it
   * @param sources the directory with the class list and the script that dumps
   */
  public ClassArchive(Path cache, String base, Path sources) {
    this.cache = cache;
    this.base = base;
    script = sources.resolve("dump.sh");
    classes = sources.resolve("classes");
  }

  /**
   * Leaves the archive and the JAR that is its class path in a directory.
   *
   * @param added the JARs beside Spark's own that belong to it
   * @throws IllegalStateException if this machine can run no program of the base
   */
  public void make(Collection<Path> added, Path layer) throws IOException, InterruptedException {
    Inputs inputs = new Inputs(cache).with("base", base).withContent(script).withContent(classes);
    for (Path jar : added) {
      inputs.withContent(jar);
    }
    Path kept = cache.resolve(inputs.key());
    Files.createDirectories(cache);
    try (FileChannel lock =
        FileChannel.open(
            cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Until the channel is closed.
      lock.lock();
      if (Files.notExists(kept)) {
        Path root = cache.resolve("root");
        FileTrees.delete(root);
        BaseRoot.unpack(base, root);
        dump(available(root), root, added, kept);
        FileTrees.delete(root);
      }
    }
    FileTrees.add(kept, Files.createDirectories(layer.resolve(DIRECTORY)));
  }

  private static Sandbox available(Path root) throws InterruptedException {
    for (Sandbox sandbox : Sandbox.values()) {
      if (sandbox.isAvailable(root, root.resolve("tmp"))) {
        return sandbox;
      }
    }
    throw new IllegalStateException(
        "class archive: expected user namespaces, root or a container engine, since the base's own"
            + " JVM makes it, found none; allow one of them, or build the image without archive"
            + " with -Pcold");
  }

  /** Dumps in a sandbox, and keeps the result. */
  void dump(Sandbox sandbox, Path root, Collection<Path> added, Path kept)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(root.resolve(DIRECTORY));
    for (Path jar : added) {
      Path copy = root.resolve(JARS).resolve(jar.getFileName());
      Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(copy, TIME);
    }
    Path classPath = directory.resolve("classpath.jar");
    ClassPathJar.write(classPath, jars(root));
    Files.setLastModifiedTime(classPath, TIME);
    Files.copy(classes, directory.resolve("classes"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(script, directory.resolve("dump.sh"), StandardCopyOption.REPLACE_EXISTING);
    sandbox.run(root, directory, "/" + DIRECTORY.resolve("dump.sh"), "/" + DIRECTORY);
    Path archive = directory.resolve("spark.jsa");
    archive.toFile().setWritable(true);
    ArchiveFile.normalize(archive, directory.resolve("libjvm"));
    for (String none : List.of("classes", "dump.sh", "libjvm")) {
      Files.delete(directory.resolve(none));
    }
    FileTrees.setModes(directory);
    Files.move(directory, kept);
  }

  private static Set<String> jars(Path root) throws IOException {
    try (Stream<Path> jars = Files.list(root.resolve(JARS))) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
