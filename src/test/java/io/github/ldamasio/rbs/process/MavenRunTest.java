package io.github.ldamasio.rbs.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.util.RestoreSystemProperties;

@RestoreSystemProperties
class MavenRunTest {

  @BeforeEach
  void setWhatFailsafeSets() {
    List.of(
            "base.python",
            "base.spark.version",
            "maven.home",
            "maven.mode",
            "settings.localRepository",
            "wheels.directory")
        .forEach(name -> System.setProperty(name, "any"));
    System.setProperty("image.phase", "phase1");
  }

  @Test
  void aNestedRunHasThePhaseOfTheTest() {
    assertThat(run("3.5.0-phase1").profiles()).containsExactly("phase1");
    assertThat(run("3.5.0-phase1-r1").profiles()).containsExactly("phase1");
    assertThat(run("3.5.0-phase1").ofPhase("prod").profiles()).containsExactly("prod");
  }

  @Test
  void aNestedRunOfAVariantHasThePhaseToo() {
    assertThat(run("3.5.0-phase1-warm").profiles()).containsExactly("phase1", "warm");
    assertThat(run("3.5.0-phase1-cold-r1").profiles()).containsExactly("phase1", "cold");
  }

  private static MavenRun run(String tag) {
    System.setProperty("image.tag", tag);
    return new MavenRun(Path.of("."), "validate");
  }
}
