package io.github.ldamasio.rbs.preflight.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests for {@link Report}. */
class ReportTest {
  private static final Finding OK = Finding.ok("first", "found");
  private static final Finding FAILED =
      Finding.failed("the second", "a \"cause\"\nof two lines with hunter2 é", "remove hunter2");
  private static final Finding SKIPPED = Finding.skipped("third", "not tried");
  private static final Finding WARNED = Finding.warned("fourth", "a doubt", "dispel it");

  @Test
  void theTableHasTheRemedyBelowTheCause() {
    assertThat(report(OK, FAILED, SKIPPED, WARNED).table())
        .isEqualTo(
            """
            first       OK    found
            the second  FAIL  a "cause" of two lines with *** é
                              remedy: remove ***
            third       SKIP  not tried
            fourth      WARN  a doubt
                              remedy: dispel it
            4 checks, 1 failed, 1 warned, 1 not tried
            """);
  }

  @Test
  void jsonIsAsciiAndEscaped() {
    assertThat(report(FAILED).json())
        .isEqualTo(
            """
            {
              "ok": false,
              "checks": [
                {"check": "the second", "status": "FAIL", \
            "cause": "a \\"cause\\"\\u000aof two lines with *** \\u00e9", "remedy": "remove ***"}
              ]
            }
            """);
  }

  @Test
  void itHoldsOnlyIfAllDo() {
    assertThat(report(OK, OK).holds()).isTrue();
    assertThat(report(OK, WARNED).holds()).isTrue();
    assertThat(report(OK, FAILED).holds()).isFalse();
    assertThat(report(OK, SKIPPED).holds()).isFalse();
  }

  private static Report report(Finding... findings) {
    Secrets secrets = new Secrets();
    secrets.add("hunter2");
    return new Report(List.of(findings), secrets);
  }
}
