package io.github.ldamasio.rbs.build.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.layers.SmallProject.Made;
import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** After a change a build makes what depends on it, and nothing else. Needs the machine's pip. */
class LayersIT {
  private static final Set<Made> NOTHING = EnumSet.noneOf(Made.class);
  private static final Set<Made> IMAGE = EnumSet.of(Made.IMAGE);
  private static final Set<Made> ALL = EnumSet.allOf(Made.class);

  @TempDir private static Path built;
  @TempDir private Path copy;
  private SmallProject project;

  /** A change of a project. */
  private interface Change {
    void make(SmallProject project) throws IOException;
  }

  @BeforeAll
  static void buildForTheFirstTime() throws Exception {
    SmallProject first = new SmallProject(built);
    first.fill();
    assertThat(first.build()).isEqualTo(ALL);
  }

  @BeforeEach
  void copyTheBuiltProject() throws IOException {
    FileTrees.add(built, copy);
    project = new SmallProject(copy);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change(NOTHING, "nothing", p -> {}),
        change(NOTHING, "where wheels are", p -> p.settings().put("wheels", "/nowhere")),
        change(NOTHING, "the host's Python", p -> p.settings().put("python", "/no/python")),
        change(IMAGE, "the environment", p -> p.settings().put("environment", "A=2")),
        change(IMAGE, "the tag", p -> p.settings().put("image", "localhost/image:2")),
        change(IMAGE, "an option of Jib's", p -> p.settings().put("jib.container.user", "0")),
        change(IMAGE, "the phase's overlay", p -> p.settings().put("overlays", "phase1")),
        change(IMAGE, "pom.xml", p -> p.write("pom.xml", "<project> </project>")),
        change(IMAGE, "the base", p -> p.write(".base/base.tar", "another base")),
        change(IMAGE, "a file", p -> p.write("src/main/jib/etc/pip.conf", "changed\n")),
        change(IMAGE, "a class", p -> p.write("target/classes/A.class", "changed")),
        change(
            IMAGE,
            "a JAR",
            p -> {
              p.write(SmallProject.JAR, "changed");
              p.recordJar();
            }),
        change(IMAGE, "no image", p -> Files.delete(p.directory().resolve("target/jib-image.tar"))),
        change(IMAGE, "half an image", p -> p.remove("target/jib-image.json")),
        change(
            EnumSet.of(Made.WHEELS),
            "no wheels",
            p -> FileTrees.delete(p.directory().resolve("target/layers/python3.11"))),
        change(ALL, "the lock", p -> p.lock("one")),
        change(ALL, "the base's Python", p -> p.settings().put("python.version", "3.12")),
        change(ALL, "a killed build", p -> p.remove("target/build.properties")));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("changes")
  void aChangeMakesWhatDependsOnIt(Set<Made> expected, String name, Change change)
      throws Exception {
    change.make(project);
    assertThat(project.build()).isEqualTo(expected);
    assertThat(project.build()).as("made by one more build").isEqualTo(NOTHING);
  }

  @Test
  void whatIsRemovedLeavesNothing() throws Exception {
    project.lock("one");
    project.remove("src/main/jib/etc/pip.conf");
    project.remove(SmallProject.JAR);
    project.build();
    assertThat(FileTrees.files(copy.resolve("target/layers")))
        .extracting(file -> file.getFileName().toString())
        .contains("one.py", "other.conf")
        .doesNotContain("two.py", "pip.conf");
    assertThat(
            Files.readString(
                copy.resolve("target/layers/inventory/opt/rbs-spark/inventory.sha256")))
        .contains("one")
        .doesNotContain("two", "driver");
  }

  @Test
  void anOverlayIsAppendedAndGoesAgain() throws Exception {
    Path file = copy.resolve("target/layers/configuration/etc/pip.conf");
    project.settings().put("overlays", "phase1");
    project.build();
    assertThat(file).hasContent("pip\nphase1\n");
    project.settings().put("overlays", "phase0");
    project.build();
    assertThat(file).hasContent("pip\n");
  }

  @Test
  void aJarWithAFlippedBitIsNamedWithBothHashes() throws Exception {
    String expected = Sha256.of(copy.resolve(SmallProject.JAR));
    project.write(SmallProject.JAR, "drives");
    assertThatThrownBy(project::build)
        .hasMessageStartingWith(
            "JAR 'driver-1.0.jar': expected %s, found %s"
                .formatted(expected, Sha256.of(copy.resolve(SmallProject.JAR))));
    project.write(SmallProject.JAR, "driver");
    assertThat(project.build()).as("made after a failure").isEqualTo(ALL);
  }

  @Test
  void aJarWithoutAHashIsNamed() throws Exception {
    project.write(".mvn/checksums/checksums.sha256", "");
    assertThatThrownBy(project::build)
        .hasMessageContainingAll("JAR 'driver-1.0.jar': expected a line", "checksums.sha256");
  }

  @Test
  void aChangedFileOfAWheelIsNamed() throws Exception {
    project.write("target/layers/python3.11/one.py", "changed");
    assertThatThrownBy(project::build).hasMessageContainingAll("one.py", "mvn clean package");
  }

  @Test
  void aMissingBaseIsNamed() {
    project.settings().put("base", "tar://.base/official/base.tar");
    assertThatThrownBy(project::build)
        .hasMessageContainingAll("official/base.tar': expected a file", "scripts/setup.sh");
  }

  @Test
  void aBaseWithAnotherPythonIsNoticed() throws Exception {
    project.settings().put("python.version", "2.7");
    assertThatThrownBy(project::build).hasMessageContainingAll("Python '2.7'", "-Dbase.python");
  }

  @Test
  void aWheelWithAFlippedBitIsNamed() throws Exception {
    Path wheel = copy.resolve("wheels/one-1.0-py3-none-any.whl");
    byte[] bytes = Files.readAllBytes(wheel);
    bytes[bytes.length / 2] ^= 1;
    Files.write(wheel, bytes);
    project.remove("target/build.properties");
    assertThat(buildApart().failed().output())
        .contains("DO NOT MATCH THE HASHES", wheel.getFileName().toString());
  }

  @Test
  void aLockLineWithoutAHashIsNamed() throws Exception {
    project.write(SmallProject.LOCK, "one==1.0\n");
    assertThat(buildApart().failed().output())
        .contains("Hashes are required in --require-hashes mode", "one==1.0 --hash=sha256:");
  }

  /** In a process of its own: pip writes to the build's own output. */
  private Result buildApart() {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                Project.TARGET.resolve("classes").toString(),
                Layers.class.getName()));
    project.settings().forEach((name, value) -> command.add(name + "=" + value));
    return Command.run(copy, Duration.ofMinutes(1), command);
  }

  private static Arguments change(Set<Made> expected, String name, Change change) {
    return Arguments.of(expected, name, change);
  }
}
