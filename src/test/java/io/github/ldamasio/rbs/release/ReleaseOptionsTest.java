package io.github.ldamasio.rbs.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Git tag says which image the release workflow builds: its phase, its variant, its revision. */
class ReleaseOptionsTest {
  private static final String SPARK = Pom.read().property("base.spark.version");

  @ParameterizedTest
  @CsvSource({
    "phase0, -Pphase0",
    "prod, -Pprod",
    "phase0-r1, -Pphase0",
    "phase1-cold, '-Pphase1,cold'",
    "prod-cold-r12, '-Pprod,cold'"
  })
  void aTagNamesProfilesAndTheTagOfTheImage(String end, String profiles) {
    String tag = SPARK + "-" + end;
    assertThat(options("v" + tag).succeeded().output())
        .isEqualTo(profiles + " -Dimage.tag=" + tag + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "v%s-r1, expected v{spark-version}-{phase}",
    "%s-phase0, expected v{spark-version}-{phase}",
    "v%s-phase0-r0, expected v{spark-version}-{phase}",
    "v%s-full, expected v{spark-version}-{phase}",
    "v%s-phase9, expected 'phase9' to be a profile of pom.xml",
    "v%s.1-phase0, 'as in pom.xml, found %s.1'"
  })
  void anotherTagIsRefused(String tag, String reason) {
    assertThat(options(tag.replace("%s", SPARK)).failed().output())
        .contains(tag.replace("%s", SPARK), reason.replace("%s", SPARK));
  }

  private static Result options(String tag) {
    return Command.run(
        Project.DIRECTORY, Duration.ofMinutes(1), List.of("scripts/release-options.sh", tag));
  }
}
