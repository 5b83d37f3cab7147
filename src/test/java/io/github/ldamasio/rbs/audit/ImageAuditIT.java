package io.github.ldamasio.rbs.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.ldamasio.rbs.pin.CarriedJar;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.LinkedTree;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every byte that the image adds to its base is claimed by a pin or by a file of this repository;
 * and the audit that says so finds each of these changes, and nothing else.
 */
@Tag("phase")
class ImageAuditIT {
  private static final Path WHEELS = Path.of(Project.property("wheels.directory"));
  private static final BuildPlan PLAN = BuildPlan.read(Pom.read());

  private static ImageTar tar;
  private static BuiltImage image;
  private static Audit audit;

  @BeforeAll
  static void readTheImage() throws IOException {
    audit = Audit.prepare(PLAN, WHEELS);
    tar = ImageTar.ofThisBuild();
    image = BuiltImage.ofThisBuild();
  }

  @AfterAll
  static void closeTheImage() throws IOException {
    tar.close();
  }

  @Test
  void theImageIsWhatItsPinsSay() {
    assertThat(audit.of(image)).isEmpty();
  }

  /** An audit of nothing would find nothing, either. */
  @Test
  void thereIsSomethingToAudit() {
    assertThat(image.base().layers()).isNotEmpty();
    assertThat(image.addedFiles().map(Entry::path))
        .hasSizeGreaterThan(1000)
        .contains(LayerMutations.JAR, LayerMutations.PIP_CONF);
  }

  @Test
  void theBaseCarriesWhatPreflightIsCompiledAgainst() {
    assertThat(CarriedJar.all())
        .isNotEmpty()
        .allSatisfy(
            jar ->
                assertThat(image.base().files().find(Base.JARS.resolve(jar.fileName())))
                    .as(jar.fileName())
                    .isPresent());
  }

  static Stream<Mutation> mutations() {
    Mutator mutator = new Mutator(tar, image);
    return Stream.concat(new LayerMutations(mutator).all(), new OtherMutations(mutator).all());
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void aChangeIsFound(Mutation mutation) {
    assertThat(audit.of(mutation.image()))
        .containsExactlyInAnyOrderElementsOf(mutation.discrepancies());
  }

  @Test
  void aWheelThatIsNotInTheLockIsFound() throws IOException {
    try (TemporaryDirectory wheels = new TemporaryDirectory("wheels-")) {
      WheelPin pin = WheelPin.all().get(0);
      Path wheel = WheelFile.find(WHEELS, pin, PLAN.python()).get(0).file().getFileName();
      LinkedTree.withFlippedBit(WHEELS, wheel, wheels.path());
      assertThat(Claims.ofWheel(PLAN, pin, wheels.path()).discrepancies())
          .singleElement()
          .asInstanceOf(type(Discrepancy.WheelNotInLock.class))
          .extracting(Discrepancy.WheelNotInLock::file)
          .isEqualTo(wheel.toString());
    }
  }

  @Test
  void wheelsThatAreNotThereAreFound() throws IOException {
    try (TemporaryDirectory wheels = new TemporaryDirectory("wheels-")) {
      assertThat(Claims.read(PLAN, wheels.path()).discrepancies())
          .hasSameSizeAs(WheelPin.all())
          .allMatch(Discrepancy.NoSingleWheel.class::isInstance);
    }
  }
}
