package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * A wrong input ends the build, with a message that says what is wrong. {@code LayersIT} has the
 * wrong JARs, wheels and locks.
 */
@Tag("full")
class BadInputIT {

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

  /** Neither namespaces nor an engine: the base's programs can run nowhere. */
  @Test
  @DisabledIfSystemProperty(named = "image.fast-start", matches = "nothing")
  void aMachineWithoutASandboxIsToldToBuildAColdImage() throws IOException {
    try (ProjectCopy project = ProjectCopy.ofSources()) {
      project.replace("unshare", "#!/bin/sh\nexit 1\n");
      Files.setPosixFilePermissions(
          project.path().resolve("unshare"), PosixFilePermissions.fromString("rwxr-xr-x"));
      Result build =
          project
              .maven("prepare-package")
              .withEnvironment("PATH", project.path() + ":" + System.getenv("PATH"))
              .withEnvironment("DOCKER_HOST", "unix:///dev/null")
              .with("archive.directory", project.path().resolve("archive"))
              .with("maven.test.skip", true)
              .run()
              .failed();
      assertThat(build.output().lines().filter(line -> line.contains("-Pcold"))).isNotEmpty();
      assertThat(project.path().resolve("archive")).doesNotExist();
    }
  }

  /** A disk that is too small from the start. */
  @Test
  void aSmallDiskIsNamedBeforeTheBaseIsAssembled() {
    Result assembly = assembleBaseOn("size=64m").failed();
    assertThat(assembly.output()).contains("MB free, found 64 MB", "--output").endsWith("left:\n");
  }

  /**
   * A disk that fills up during the assembly, of inodes instead of blocks, since that is faster.
   */
  @Test
  void aFullDiskLeavesNoBase() {
    Result assembly = assembleBaseOn("size=8g,nr_inodes=40").failed();
    assertThat(assembly.output()).contains("expected room for", "--output").endsWith("left:\n");
  }

  /** Assembles a base on a filesystem of its own; the last line of output lists what is left. */
  private static Result assembleBaseOn(String size) {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "scripts/embedded-base.sh needs root, as does a filesystem of the test's own");
    try (TemporaryDirectory disk = new TemporaryDirectory("disk-")) {
      String script =
          """
          exec 2>&1
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
}
