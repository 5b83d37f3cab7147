package io.github.ldamasio.rbs.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.preflight.report.Finding;
import io.github.ldamasio.rbs.preflight.report.Finding.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests for {@link Inspection}. */
@Timeout(20)
class InspectionTest {
  private static final Check HOLDS = Check.of("holds", () -> "found");
  private static final Check FAILS =
      Check.of(
          "fails",
          () -> {
            throw new Failure("a cause", "a remedy");
          });
  private static final Check BREAKS =
      Check.of(
          "breaks",
          () -> {
            throw new IllegalStateException("a surprise");
          });

  @Test
  void whatFollowsAFailureIsNotTried() throws Exception {
    List<Finding> findings = run(Series.of(HOLDS, FAILS, HOLDS));
    assertThat(findings)
        .extracting(Finding::status)
        .containsExactly(Status.OK, Status.FAIL, Status.SKIP);
    assertThat(findings.get(1).cause()).isEqualTo("a cause");
    assertThat(findings.get(1).remedy()).isEqualTo("a remedy");
    assertThat(findings.get(2).cause()).contains("'fails' failed");
  }

  @Test
  void whatFollowsAWarningIsTried() throws Exception {
    Check warns =
        Check.of(
            "warns",
            () -> {
              throw Failure.warning("a cause", "a remedy");
            });
    assertThat(run(Series.of(warns, HOLDS)))
        .extracting(Finding::status)
        .containsExactly(Status.WARN, Status.OK);
  }

  @Test
  void otherSeriesGoOn() throws Exception {
    assertThat(run(Series.of(FAILS), Series.of(BREAKS), Series.of(HOLDS)))
        .extracting(Finding::check)
        .containsExactly("fails", "breaks", "holds");
  }

  @Test
  void aSurpriseIsAFailureWithItsMessage() throws Exception {
    Finding finding = run(Series.of(BREAKS)).get(0);
    assertThat(finding.status()).isEqualTo(Status.FAIL);
    assertThat(finding.cause()).contains("a surprise");
  }

  @Test
  void aCheckThatHangsFailsAndHoldsNothingUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Check hangs =
        Check.of(
            "hangs",
            () -> {
              never.await();
              return "";
            });
    List<Finding> findings =
        new Inspection(Duration.ofMillis(200))
            .run(List.of(Series.of(hangs, HOLDS), Series.of(HOLDS)));
    assertThat(findings)
        .extracting(Finding::status)
        .containsExactly(Status.FAIL, Status.SKIP, Status.OK);
    assertThat(findings.get(0).cause()).isEqualTo("no result within 0.2 s");
  }

  /** Each waits for the other. */
  @Test
  void seriesRunBesideEachOther() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Check meets =
        Check.of(
            "meets",
            () -> {
              both.countDown();
              both.await();
              return "";
            });
    assertThat(run(Series.of(meets), Series.of(meets))).allMatch(Finding::holds);
  }

  private static List<Finding> run(Series... series) throws InterruptedException {
    return new Inspection(Inspection.LIMIT).run(List.of(series));
  }
}
