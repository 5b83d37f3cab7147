package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Test;

/** What the build is given wrongly ends it, with a message that says what is wrong. */
class BadInputIT {

  @Test
  void aJarWithAFlippedBitIsNamed() {
    JarPin pin = JarPin.of("postgresql");
    Path jar = Path.of("org/postgresql/postgresql", pin.version(), pin.fileName());
    try (ProjectCopy project = ProjectCopy.ofSources();
        TemporaryDirectory repository = new TemporaryDirectory("repository-")) {
      LinkedTree.withFlippedBit(directory("settings.localRepository"), jar, repository.path());
      Result build =
          project.maven("process-resources").withLocalRepository(repository.path()).run().failed();
      assertThat(build.output()).contains("RequireFileChecksum", pin.fileName(), pin.sha256());
    }
  }

  /**
   * Maven 3.9, if asked, compares each artifact, plugins too, with .mvn/checksums. The Maven that
   * runs this test may be older.
   */
  @Test
  void aPluginWithAnotherChecksumIsNamed() throws IOException {
    String checksums =
        Files.readString(Project.DIRECTORY.resolve(".mvn/checksums/checksums.sha256"));
    String plugin = "org/apache/maven/plugins/maven-enforcer-plugin/";
    String changed =
        checksums.replaceFirst("(?m)^[0-9a-f]{8}(.*" + plugin + ".*\\.jar)$", "00000000$1");
    assertThat(changed).isNotEqualTo(checksums);
    try (ProjectCopy project = ProjectCopy.ofSources()) {
      project.replace(".mvn/checksums/checksums.sha256", changed);
      Result build =
          project
              .maven("validate")
              .through(Project.DIRECTORY.resolve("scripts/maven.sh"))
              .with("aether.artifactResolver.postProcessor.trustedChecksums", true)
              .run()
              .failed();
      assertThat(build.output()).contains("maven-enforcer-plugin", "trusted checksum", "00000000");
    }
  }

  @Test
  void aWheelWithAFlippedBitIsNamed() {
    WheelPin pin = WheelPin.of("boto3");
    Path wheel = Path.of(pin.distribution() + "-" + pin.version() + "-py3-none-any.whl");
    try (ProjectCopy project = ProjectCopy.ofSources();
        TemporaryDirectory wheels = new TemporaryDirectory("wheels-")) {
      LinkedTree.withFlippedBit(directory("wheels.directory"), wheel, wheels.path());
      Result build =
          project
              .maven("prepare-package")
              .with("wheels.directory", wheels.path())
              .with("maven.test.skip", true)
              .run()
              .failed();
      assertThat(build.output())
          .contains("DO NOT MATCH THE HASHES", wheel.getFileName().toString());
    }
  }

  @Test
  void aLockLineWithoutAHashIsNamed() throws IOException {
    WheelPin pin = WheelPin.of("boto3");
    String line = pin.distribution() + "==" + pin.version();
    String lock = Files.readString(Project.DIRECTORY.resolve(WheelPin.lock()));
    String hashes = " *\\\\\\n +--hash=[^\\n\\\\]+( *\\\\\\n +--hash=[^\\n\\\\]+)*";
    String withoutHashes = lock.replaceFirst("(?m)(^\\Q" + line + "\\E)" + hashes, "$1");
    assertThat(withoutHashes).isNotEqualTo(lock);
    try (ProjectCopy project = ProjectCopy.ofSources()) {
      project.replace(WheelPin.lock(), withoutHashes);
      Result build = project.maven("prepare-package").with("maven.test.skip", true).run().failed();
      assertThat(build.output())
          .contains("Hashes are required in --require-hashes mode", line + " --hash=sha256:");
    }
  }

  @Test
  void aBaseWithAnotherPythonIsNoticed() {
    try (ProjectCopy project = ProjectCopy.ofSources()) {
      project.replace(".base/base.tar", "only looked for, on a machine with the official base too");
      Result build = project.maven("validate").with("base.python", "2.7").run().failed();
      assertThat(build.output())
          .contains("The wheels are chosen for Python '2.7'", "-Dbase.python");
    }
  }

  @Test
  void anImageBeforeThePackageIsRefused() {
    try (ProjectCopy project = ProjectCopy.ofSources()) {
      Result build = project.maven("jib:dockerBuild").run().failed();
      assertThat(build.output()).contains("make sure you have packaged your project");
    }
  }

  @Test
  void aMachineWithoutAContainerEngineIsNoticed() throws IOException {
    try (ProjectCopy project = ProjectCopy.ofTests()) {
      Result build =
          project
              .mavenWithoutEngine("failsafe:integration-test", "failsafe:verify")
              .with("it.test", ImageContractIT.class.getSimpleName() + "#theEnvironment*")
              .run()
              .failed();
      assertThat(build.output()).contains("No container engine answers");
    }
  }

  /** A disk that is too small from the beginning. */
  @Test
  void aSmallDiskIsNamedBeforeTheBaseIsAssembled() {
    Result assembly = assembleBaseOn("size=64m").failed();
    assertThat(assembly.output()).contains("MB free, found 64 MB", "--output").endsWith("left:\n");
  }

  /** A disk that fills up on the way: it lacks inodes instead of blocks, which is soon the case. */
  @Test
  void aFullDiskLeavesNoBase() {
    Result assembly = assembleBaseOn("size=8g,nr_inodes=40").failed();
    assertThat(assembly.output()).contains("expected room for", "--output").endsWith("left:\n");
  }

  /** Assembles a base on a small filesystem of its own; the last line lists what is left there. */
  private static Result assembleBaseOn(String size) {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "scripts/embedded-base.sh needs root, as does a filesystem of the test's own");
    try (TemporaryDirectory disk = new TemporaryDirectory("disk-")) {
      String script =
          """
          mount -t tmpfs -o "$1" tmpfs "$2"
          scripts/embedded-base.sh --output "$2" && code=0 || code=$?
          echo left: $(ls -A "$2")
          exit $code
          """;
      return Command.run(
          Project.DIRECTORY,
          Duration.ofMinutes(3),
          List.of("unshare", "--mount", "sh", "-euc", script, "sh", size, disk.path().toString()));
    }
  }

  private static Path directory(String property) {
    return Path.of(Project.property(property));
  }
}
