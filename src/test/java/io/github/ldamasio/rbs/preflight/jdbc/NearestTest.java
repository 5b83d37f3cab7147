package io.github.ldamasio.rbs.preflight.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link Nearest}. */
class NearestTest {
  private static final List<String> NAMES =
      List.of("audit.outbox", "\"Orders\"", "orders_2024", "outbox", "users");

  @ParameterizedTest
  @CsvSource({
    "outbx,outbox",
    "OUTBOX,outbox",
    "audit.outbx,audit.outbox",
    "order,\"Orders\"",
    "orders_2042,orders_2024"
  })
  void aMistypedNameLeadsToTheMeantOne(String typed, String meant) {
    assertThat(Nearest.to(typed, NAMES)).contains(meant);
  }

  @Test
  void whereThereIsNoNameNoneIsNear() {
    assertThat(Nearest.to("outbox", List.of())).isEmpty();
  }
}
