package io.github.ldamasio.rbs.preflight.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ldamasio.rbs.preflight.check.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link S3Location}. */
class S3LocationTest {

  @ParameterizedTest
  @CsvSource({
    "s3a://lake,probe",
    "s3a://lake/,probe",
    "s3a://lake/bronze,bronze/probe",
    "s3a://lake//bronze//outbox/,bronze/outbox/probe"
  })
  void anObjectLiesBelowThePrefix(String url, String key) throws Failure {
    S3Location location = S3Location.parse(url);
    assertThat(location.bucket()).isEqualTo("lake");
    assertThat(location.key("probe")).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://lake/x", "lake/x", "s3a:///x", "s3a://la ke/x"})
  void whatIsNoUrlOfS3aIsNamed(String url) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> S3Location.parse(url))
        .withMessageContaining("'" + url + "': expected s3a://BUCKET/PREFIX");
  }

  @Test
  void credentialsInTheUrlAreRefusedAndNotRepeated() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> S3Location.parse("s3a://key:hunter2@lake/x"))
        .satisfies(e -> assertThat(e.getMessage() + e.remedy()).doesNotContain("hunter2"));
  }
}
