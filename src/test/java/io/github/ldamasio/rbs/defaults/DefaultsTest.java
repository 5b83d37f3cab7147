package io.github.ldamasio.rbs.defaults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests for {@link Defaults}; {@code SettingsIT} has those with Hadoop. */
class DefaultsTest {
  /** As a Hadoop that keeps its resources elsewhere. */
  private static final class OtherHadoop {}

  @Test
  void anotherHadoopIsNamedOnOneLineAndBreaksNothing() {
    assertThat(Defaults.insert(OtherHadoop.class))
        .contains("defaultResources", "docs/settings.md")
        .hasLineCount(1);
  }
}
