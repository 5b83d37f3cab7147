package io.github.ldamasio.rbs.build.archive;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
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

  private final Path classes;
  private final Path script;
  private final Collection<Path> added;

  /**
   * @param sources the directory with the class list and the script that dumps
   * @param added the JARs beside Spark's own on the archive's class path. An archive is valid for a
   *     class path that begins with its own, so what changes often is not among them.
   */
  public ClassArchive(Path sources, Collection<Path> added) {
    classes = sources.resolve("classes");
    script = sources.resolve("dump.py");
    this.added = added;
  }

  /** What the archive depends on, but for the base. */
  public Inputs addTo(Inputs inputs) throws IOException {
    inputs.withContent(classes).withContent(script);
    for (Path jar : added) {
      inputs.withContent(jar);
    }
    return inputs;
  }

  /** Dumps it, and leaves it in a directory with the JAR that is its class path. */
  public void dump(BaseSandbox base, Path layer) throws IOException, InterruptedException {
    Path directory = base.root().resolve(DIRECTORY);
    FileTrees.delete(directory);
    Files.createDirectories(directory);
    for (Path jar : added) {
      Path copy = base.root().resolve(JARS).resolve(jar.getFileName());
      Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(copy, TIME);
    }
    Path classPath = directory.resolve("classpath.jar");
    ClassPathJar.write(classPath, jars(base.root()));
    Files.setLastModifiedTime(classPath, TIME);
    Files.copy(classes, directory.resolve("classes"));
    Files.copy(script, directory.resolve("dump.py"), StandardCopyOption.COPY_ATTRIBUTES);
    base.run(directory, "/" + DIRECTORY.resolve("dump.py"), "/" + DIRECTORY);
    for (Path jar : added) {
      Files.delete(base.root().resolve(JARS).resolve(jar.getFileName()));
    }
    Path archive = directory.resolve("spark.jsa");
    // The JVM leaves it read-only.
    FileTrees.setModes(directory);
    ArchiveFile.normalize(archive, directory.resolve("libjvm"));
    FileTrees.stamp(archive, Sha256.of(archive));
    Path target = Files.createDirectories(layer.resolve(DIRECTORY));
    Files.move(classPath, target.resolve(classPath.getFileName()));
    Files.move(archive, target.resolve(archive.getFileName()));
    FileTrees.delete(directory);
  }

  private static Set<String> jars(Path root) throws IOException {
    try (Stream<Path> jars = Files.list(root.resolve(JARS))) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
