package io.github.ldamasio.rbs.build.push;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTagTest {

  @ParameterizedTest
  @CsvSource({
    "3.5.0-phase0, 3.5.0-phase0, 3.5.0-phase0-r1",
    "3.5.0-phase0-r1, 3.5.0-phase0, 3.5.0-phase0-r2",
    "3.5.0-phase0-r9, 3.5.0-phase0, 3.5.0-phase0-r10",
    "3.5.0-prod, 3.5.0-prod, 3.5.0-prod-r1",
    "3.5.0-prod-cold, 3.5.0-prod-cold, 3.5.0-prod-cold-r1",
    "3.5.0-prod-cold-r2, 3.5.0-prod-cold, 3.5.0-prod-cold-r3",
    "latest, latest, latest-r1",
    "7, 7, 7-r1",
    "7-r0, 7-r0, 7-r0-r1",
    "7-r01, 7-r01, 7-r01-r1",
    "7-r1-r2, 7-r1, 7-r1-r3",
    "-r1, -r1, -r1-r1"
  })
  void theNextRevisionHasTheSameName(String tag, String name, String next) {
    assertThat(ImageTag.parse(tag)).hasToString(tag);
    assertThat(ImageTag.parse(tag).name()).isEqualTo(name);
    assertThat(ImageTag.parse(tag).nextRevision()).hasToString(next);
  }
}
