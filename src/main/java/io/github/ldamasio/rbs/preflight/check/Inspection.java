package io.github.ldamasio.rbs.preflight.check;

import io.github.ldamasio.rbs.preflight.report.Finding;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs series of checks in parallel. A check that exceeds the limit fails, and its thread, which is
 * a daemon, is abandoned.
 */
public final class Inspection {
  /**
   * How long one check may last. Checks wait for a server no longer than 8 s; the rest is for a
   * container with a small part of a CPU, in which classes load slowly.
   */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private final Duration limit;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "preflight");
            thread.setDaemon(true);
            return thread;
          });

  /** An inspection whose checks may last this long each. */
  public Inspection(Duration limit) {
    this.limit = limit;
  }

  /** Runs all series; the findings are in the order of the checks, whichever ends first. */
  public List<Finding> run(List<Series> all) throws InterruptedException {
    List<Future<List<Finding>>> running = new ArrayList<>();
    for (Series series : all) {
      running.add(threads.submit(() -> run(series)));
    }
    List<Finding> findings = new ArrayList<>();
    for (Future<List<Finding>> series : running) {
      try {
        findings.addAll(series.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("A series of checks ended itself.", e.getCause());
      }
    }
    threads.shutdownNow();
    return findings;
  }

  private List<Finding> run(Series series) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    String failed = null;
    for (Check check : series.checks()) {
      if (failed != null) {
        findings.add(Finding.skipped(check.name(), "not tried, because '" + failed + "' failed"));
        continue;
      }
      Finding finding = run(check);
      findings.add(finding);
      if (!finding.holds()) {
        failed = check.name();
      }
    }
    return findings;
  }

  private Finding run(Check check) throws InterruptedException {
    Future<String> looking = threads.submit(() -> check.look().look());
    try {
      return Finding.ok(check.name(), looking.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      looking.cancel(true);
      return Finding.failed(
          check.name(),
          "no result within " + seconds() + " s",
          "the server is too slow, its packets are dropped, or this container has too little CPU:"
              + " look at their load and at the NetworkPolicies, then run again");
    } catch (ExecutionException e) {
      return failed(check, e.getCause());
    }
  }

  private String seconds() {
    return BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private static Finding failed(Check check, Throwable cause) {
    if (cause instanceof Failure) {
      return ((Failure) cause).finding(check.name());
    }
    return Finding.failed(
        check.name(),
        "unexpected: " + cause,
        "preflight does not know this cause: look up the message, and report it to the image's"
            + " maintainers");
  }
}
