package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.LinkedTree;
import io.github.ldamasio.rbs.process.MavenRun;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A change of one input sends that input to a real registry once more, and next to nothing else.
 */
class BumpIT {
  private static final double FACTOR = 1.1;

  /** The image's configuration and manifest, and the layer with the line per pin. */
  private static final long ALWAYS_NEW = 24_000;

  private static ProjectCopy project;
  private static TemporaryDirectory directory;
  private static RegistryServer registry;

  @BeforeAll
  static void pushTheImage() {
    project = ProjectCopy.ofSources();
    directory = new TemporaryDirectory("bump-");
    registry = RegistryServer.open();
    sent(build("first"));
  }

  @AfterAll
  static void cleanUp() {
    registry.close();
    directory.close();
    project.close();
  }

  @Test
  void nothingChangedSendsNothing() {
    assertThat(sent(build("first"))).isZero();
  }

  @Test
  void aJarSendsTheJar() throws IOException {
    JarPin pin = JarPin.of("postgresql");
    Path file = Path.of("org/postgresql/postgresql", pin.version(), pin.fileName());
    Path repository = Files.createDirectory(directory.path().resolve("repository"));
    LinkedTree.withFlippedBit(
        Path.of(Project.property("settings.localRepository")), file, repository);
    Path jar = repository.resolve(file);
    MavenRun build = build("jar").with("postgresql.sha256", Sha256.of(jar));
    assertThat(sent(build.withLocalRepository(repository)))
        .isBetween(Files.size(jar) / 2, most(compressed(Stream.of(jar))));
  }

  @Test
  void aWheelSendsTheWheel() throws IOException {
    WheelPin pin = WheelPin.of("boto3");
    Path wheels = Files.createDirectory(directory.path().resolve("wheels"));
    Path original = Path.of(Project.property("wheels.directory"));
    String name = "boto3-%s-py3-none-any.whl".formatted(pin.version());
    Path changed = changeWheel(original, name, wheels);
    String lock = Files.readString(Project.DIRECTORY.resolve("python-requirements.txt"));
    for (String hash : pin.hashes()) {
      lock = lock.replace(hash, Sha256.of(changed));
    }
    project.replace("python-requirements.txt", lock);
    long bytes = sent(build("wheel").with("wheels.directory", wheels));
    Path layer = project.path().resolve("target/layers/python" + Project.property("base.python"));
    try (Stream<Path> files = Files.walk(layer)) {
      assertThat(bytes)
          .isBetween(
              1L,
              most(
                  compressed(
                      files.filter(
                          file ->
                              Files.isRegularFile(file)
                                  && layer.relativize(file).toString().startsWith("boto3")))));
    } finally {
      project.replace(
          "python-requirements.txt",
          Files.readString(Project.DIRECTORY.resolve("python-requirements.txt")));
    }
  }

  @Test
  void aFileSendsTheFiles() throws IOException {
    String file = "src/main/jib/etc/pip.conf";
    String content = Files.readString(Project.DIRECTORY.resolve(file));
    project.replace(file, content + "\n# one line more\n");
    try (Stream<Path> files = Files.walk(Project.DIRECTORY.resolve("src/main/jib"))) {
      assertThat(sent(build("file")))
          .isBetween(1L, most(compressed(files.filter(Files::isRegularFile))));
    } finally {
      project.replace(file, content);
    }
  }

  /** Under a tag for each content: the guard refuses another one under a tag that is there. */
  private static MavenRun build(String tag) {
    return project
        .maven("package", "jib:build")
        .online()
        .with("maven.test.skip", true)
        .with("download.skip", true)
        .with("image.repository", registry.address() + "/rbs-spark")
        .with("image.tag", tag)
        .with("jib.allowInsecureRegistries", true);
  }

  /** Builds and pushes; the bytes that the registry has got by that. */
  private static long sent(MavenRun build) {
    long before = registry.bytes();
    build.run().succeeded();
    return registry.bytes() - before;
  }

  /** The SBOM, which names each file's hash, is a layer of its own. */
  private static long most(long compressed) throws IOException {
    long sbom = compressed(Stream.of(project.path().resolve("target/sbom.json")));
    return (long) (FACTOR * (compressed + sbom)) + ALWAYS_NEW;
  }

  private static long compressed(Stream<Path> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (Path file : files.toList()) {
        Files.copy(file, gzip);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return bytes.size();
  }

  /** All wheels, one of them with one line more in a module and a RECORD that says so. */
  private static Path changeWheel(Path original, String name, Path wheels) {
    String script =
        """
        import base64, hashlib, os, sys, zipfile
        original, name, wheels = sys.argv[1:]
        for wheel in os.listdir(original):
            if wheel != name:
                os.symlink(os.path.join(original, wheel), os.path.join(wheels, wheel))
        with zipfile.ZipFile(os.path.join(original, name)) as old:
            files = {entry: old.read(entry) for entry in old.namelist()}
        module = 'boto3/session.py'
        files[module] += b'\\n# one line more\\n'
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[module]).digest()).rstrip(b'=').decode()
        record = next(entry for entry in files if entry.endswith('/RECORD'))
        lines = files[record].decode().splitlines()
        lines = [f'{module},sha256={digest},{len(files[module])}' if line.startswith(module + ',') else line for line in lines]
        files[record] = '\\n'.join(lines).encode() + b'\\n'
        with zipfile.ZipFile(os.path.join(wheels, name), 'w', zipfile.ZIP_DEFLATED) as new:
            for entry, content in files.items():
                new.writestr(entry, content)
        """;
    Command.run(
            Project.DIRECTORY,
            Duration.ofMinutes(1),
            List.of("python3", "-c", script, original.toString(), name, wheels.toString()))
        .succeeded();
    return wheels.resolve(name);
  }
}
