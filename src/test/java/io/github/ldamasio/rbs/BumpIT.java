package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.LinkedTree;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Another version of the driver, of a wheel and of a file changes their layers, and no other one: a
 * registry, a node and a proxy have the rest already. It makes no new class archive.
 */
@Tag("full")
class BumpIT {
  private static final String CHECKSUMS = ".mvn/checksums/checksums.sha256";
  private static final String FILE = "src/main/jib/etc/pip.conf";

  @Test
  void aBumpChangesItsOwnLayersAndTheListsOfAll() throws IOException {
    try (ProjectCopy project = ProjectCopy.ofSources();
        TemporaryDirectory repository = new TemporaryDirectory("repository-");
        TemporaryDirectory wheels = new TemporaryDirectory("wheels-")) {
      changeJar(project, repository.path());
      changeWheel(project, wheels.path());
      project.replace(FILE, read(FILE) + "\n# one line more\n");
      Result build =
          project
              .maven("package")
              .withLocalRepository(repository.path())
              .with("wheels.directory", wheels.path())
              .with("maven.test.skip", true)
              .run()
              .succeeded();
      assertThat(build.output()).doesNotContain("dumping the class archive");
      Map<String, String> before = layers(Project.TARGET);
      Map<String, String> changed = layers(project.path().resolve("target"));
      changed.entrySet().removeIf(layer -> before.containsKey(layer.getKey()));
      assertThat(changed.values())
          .as("changed layers: their own, the inventory, the configuration and the SBOM")
          .map(name -> name.replaceFirst(" \\d+$", ""))
          .containsExactlyInAnyOrder(
              "org.postgresql", "boto3", "extra files", "extra files", "sbom");
    }
  }

  /** The digest of each layer of the image, with the name that Jib gave it. */
  private static Map<String, String> layers(Path target) throws IOException {
    try (TarFile tar = new TarFile(target.resolve("jib-image.tar"))) {
      TarArchiveEntry entry =
          tar.getEntries().stream()
              .filter(file -> file.getName().equals("config.json"))
              .findFirst()
              .orElseThrow();
      JsonNode config = new ObjectMapper().readTree(tar.getInputStream(entry));
      Map<String, String> layers = new TreeMap<>();
      for (int i = 0; i < config.at("/rootfs/diff_ids").size(); i++) {
        layers.put(
            config.at("/rootfs/diff_ids/" + i).asText(),
            config.at("/history/" + i + "/comment").asText());
      }
      return layers;
    }
  }

  /** One bit of the driver, in another local repository, and its line of the checksums. */
  private static void changeJar(ProjectCopy project, Path repository) throws IOException {
    JarPin pin = JarPin.of("postgresql");
    Path jar = repository.resolve(pin.pathInRepository());
    LinkedTree.withFlippedBit(
        Path.of(Project.property("settings.localRepository")), pin.pathInRepository(), repository);
    project.replace(CHECKSUMS, read(CHECKSUMS).replace(pin.sha256(), Sha256.of(jar)));
  }

  /** One line of a module of boto3, in another directory of wheels, and its lines of the lock. */
  private static void changeWheel(ProjectCopy project, Path wheels) throws IOException {
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
    WheelPin pin = WheelPin.of("boto3");
    String name = "boto3-%s-py3-none-any.whl".formatted(pin.version());
    Command.run(
            Project.DIRECTORY,
            Duration.ofMinutes(1),
            List.of(
                "python3",
                "-c",
                script,
                Project.property("wheels.directory"),
                name,
                wheels.toString()))
        .succeeded();
    String lock = read(WheelPin.lock());
    for (String hash : pin.hashes()) {
      lock = lock.replace(hash, Sha256.of(wheels.resolve(name)));
    }
    project.replace(WheelPin.lock(), lock);
  }

  private static String read(String file) throws IOException {
    return Files.readString(Project.DIRECTORY.resolve(file));
  }
}
