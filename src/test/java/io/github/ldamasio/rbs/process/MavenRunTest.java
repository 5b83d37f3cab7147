package io.github.ldamasio.rbs.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.util.RestoreSystemProperties;
import org.junit.jupiter.api.util.SetSystemProperty;

@RestoreSystemProperties
@SetSystemProperty(key = "image.phase", value = "phase1")
class MavenRunTest {

  @BeforeEach
  void setWhatFailsafeSets() {
    for (String name :
        new String[] {
          "base.image",
          "base.python",
          "image.fast-start",
          "image.tag",
          "maven.home",
          "maven.mode",
          "settings.localRepository",
          "base.spark.version",
          "wheels.directory"
        }) {
      System.setProperty(name, "x");
    }
  }

  @Test
  void aRunHasThePhaseOfTheTestUnlessToldOtherwise() {
    assertThat(run().profiles()).containsExactly("phase1");
    assertThat(run().ofPhase("prod").profiles()).containsExactly("prod");
  }

  private static MavenRun run() {
    return new MavenRun(Path.of("."), "validate");
  }
}
