package io.github.ldamasio.rbs.build.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.cyclonedx.model.Hash;
import org.junit.jupiter.api.Test;

/** A base that is not on this machine. */
class BaseImageTest {
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  @Test
  void itsDigestIsAllThatIsKnown() throws IOException {
    BaseImage base = BaseImage.read("apache/spark@sha256:" + SHA256, null);
    assertThat(base.contents()).isEmpty();
    assertThat(base.image().getName()).isEqualTo("apache/spark");
    assertThat(base.image().getHashes()).containsExactly(new Hash(Hash.Algorithm.SHA_256, SHA256));
  }

  @Test
  void aBaseByItsTagIsListedByItsName() throws IOException {
    BaseImage base = BaseImage.read("apache/spark:3.5.0", null);
    assertThat(base.image().getName()).isEqualTo("apache/spark:3.5.0");
    assertThat(base.image().getHashes()).isNull();
  }
}
