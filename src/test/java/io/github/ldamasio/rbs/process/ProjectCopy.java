package io.github.ldamasio.rbs.process;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of the project in which a test may break something and run Maven. Its files are hard links
 * to those of the project: {@link #replace} them, never write into them.
 */
public final class ProjectCopy implements AutoCloseable {
  private static final String WITHOUT_ENGINE =
      """
      #!/bin/sh
      exec unshare --user --map-root-user --mount \
        sh -ec 'mount --bind /dev/null /var/run/docker.sock; exec "$0" "$@"' '%s/bin/mvn' "$@"
      """;

  private static final List<String> SOURCES =
      List.of(".base", ".mvn", "pom.xml", "python-requirements.txt", "scripts", "src/main");

  private final TemporaryDirectory directory = new TemporaryDirectory("copy-");

  private ProjectCopy(List<String> additions) {
    SOURCES.forEach(this::link);
    additions.forEach(this::link);
  }

  /** The project as {@code git clone} and {@code scripts/setup.sh} leave it: nothing is built. */
  public static ProjectCopy ofSources() {
    return new ProjectCopy(List.of());
  }

  /**
   * The project as {@code mvn package} leaves it, as far as Jib needs it to build the image once
   * more.
   */
  public static ProjectCopy ofPackage() {
    List<String> files = new ArrayList<>(jars());
    files.add("target/classes");
    files.add("target/layers");
    return new ProjectCopy(files);
  }

  /** The project as {@code mvn package} leaves it, as far as the tests of the image need it. */
  public static ProjectCopy ofTests() {
    return new ProjectCopy(
        List.of(
            "target/classes",
            "target/jib-image.id",
            "target/jib-image.tar",
            "target/test-classes"));
  }

  /** The copy's directory. */
  public Path path() {
    return directory.path();
  }

  /**
   * Gives a file of the copy this content, if it was there or not; the project's own file stays.
   */
  public void replace(String file, String content) {
    try {
      Path path = path().resolve(file);
      Files.createDirectories(path.getParent());
      Files.deleteIfExists(path);
      Files.writeString(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run of Maven in this copy. */
  public MavenRun maven(String... goals) {
    return new MavenRun(path(), goals);
  }

  /**
   * A run of Maven in this copy as on a machine without a container engine. Testcontainers looks
   * for the default socket, too, whatever {@code DOCKER_HOST} says, so /dev/null lies over it.
   */
  public MavenRun mavenWithoutEngine(String... goals) {
    String name = "mvn-without-engine";
    replace(name, WITHOUT_ENGINE.formatted(Project.property("maven.home")));
    Path executable = path().resolve(name);
    if (!executable.toFile().setExecutable(true)) {
      throw new IllegalStateException("not made executable: " + executable);
    }
    return maven(goals)
        .through(executable)
        .withEnvironment("DOCKER_HOST", "unix:///dev/null")
        .withEnvironment("XDG_RUNTIME_DIR", path().toString());
  }

  @Override
  public void close() {
    directory.close();
  }

  private static List<String> jars() {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Project.TARGET, "*.jar")) {
      List<String> names = new ArrayList<>();
      jars.forEach(jar -> names.add("target/" + jar.getFileName()));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(String name) {
    Path source = Project.DIRECTORY.resolve(name);
    if (Files.notExists(source)) {
      return;
    }
    try {
      Files.createDirectories(path().resolve(name).getParent());
      Files.walkFileTree(source, new Linker());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes each directory anew and each file a hard link, at the same place in the copy. */
  private final class Linker extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes)
        throws IOException {
      Files.createDirectory(inCopy(source));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path source, BasicFileAttributes attributes)
        throws IOException {
      Files.createLink(inCopy(source), source);
      return FileVisitResult.CONTINUE;
    }

    private Path inCopy(Path source) {
      return path().resolve(Project.DIRECTORY.relativize(source));
    }
  }
}
