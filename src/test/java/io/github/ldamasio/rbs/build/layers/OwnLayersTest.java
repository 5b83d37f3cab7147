package io.github.ldamasio.rbs.build.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnLayersTest {
  @Test
  void aBaseByItsTagIsWarnedOf() {
    assertThat(OwnLayers.warning("registry.example/spark:1"))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .contains("warning: base 'registry.example/spark:1': expected its digest"));
    assertThat(OwnLayers.warning("registry.example/spark@sha256:" + "0".repeat(64))).isEmpty();
    assertThat(OwnLayers.warning("tar:///base.tar")).isEmpty();
  }
}
