package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code target/k8s/scheduled} on a cluster, as {@link KubernetesIT} needs it. Its CronJob
 * controller starts all runs but those of the runbook's command; the schedule is that of each
 * minute.
 */
@Tag("kubernetes")
class ScheduledIT {
  private static final Duration LIMIT = Duration.ofMinutes(8);

  /** Of a row of each of the last nine days, at noon. */
  private static final String TABLE =
      """
      create table ticks (id int primary key, operation_id int, created_at timestamptz not null);
      insert into ticks select n, n % 2, (date_trunc('day', now() at time zone 'UTC') - n * interval '1 day'
        + interval '12 hours') at time zone 'UTC' from generate_series(1, 9) n
      """;

  private static Cluster cluster;

  @BeforeAll
  static void deploy() {
    cluster =
        Cluster.deploy(
            System.getProperty("kubernetes.image"),
            Variant.SCHEDULED,
            Variant.SCHEDULED_EXECUTOR_PODS);
    sql(TABLE);
  }

  @AfterAll
  static void clean() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** One-off days; then a night that fails, and one that catches up all days since. */
  @Test
  void theCronJobRunsAndCatchesUpWhatWasMissedAndWhatFailed() {
    Overlay overlay = cluster.overlay(Variant.SCHEDULED);
    Namespace namespace = overlay.namespace();
    runOnce(overlay, day(6) + ".." + day(5));
    assertDays(overlay, List.of(6, 5));

    sql("alter table ticks rename to gone");
    suspend(namespace, false);
    String failed = awaitJob(namespace, "lake-", "failed");
    assertThat(failed).contains("jdbc table", "FAIL");
    suspend(namespace, true);
    sql("alter table gone rename to ticks");
    assertDays(overlay, List.of(6, 5));

    suspend(namespace, false);
    String caughtUp = awaitJob(namespace, "lake-", "succeeded");
    suspend(namespace, true);
    assertThat(caughtUp).contains("\"date\": \"" + day(4) + ".." + day(1) + "\"");
    assertDays(overlay, List.of(6, 5, 4, 3, 2, 1));
  }

  @Test
  void executorPodsDoTheWork() {
    Overlay overlay = cluster.overlay(Variant.SCHEDULED_EXECUTOR_PODS);
    runOnce(overlay, day(2) + ".." + day(1));
    assertDays(overlay, List.of(2, 1));
    String events = overlay.namespace().kubectl("get", "events", "--output=json").output();
    Stream<String> started =
        Json.values(Json.parse(events).path("items"))
            .filter(event -> event.path("reason").asText().equals("Started"))
            .map(event -> event.at("/involvedObject/name").asText());
    assertThat(started)
        .as("executors of bronze and silver")
        .anyMatch(pod -> pod.matches("bronze-ingest-.*-exec-\\d+"))
        .anyMatch(pod -> pod.matches("silver-transform-.*-exec-\\d+"));
  }

  /** Leaves the CronJob suspended, with a schedule of each minute, and runs it for these days. */
  private static void runOnce(Overlay overlay, String range) {
    assertThat(overlay.dryRun().exitCode()).isZero();
    Namespace namespace = overlay.namespace();
    namespace
        .kubectl(
            "patch",
            "configmap",
            "settings",
            "--patch={\"data\": {\"SOURCE_TABLE\": \"ticks\", \"BUSINESS_DATE\": \"\"}}")
        .succeeded();
    ObjectNode cronJob = overlay.manifests().get("CronJob", "lake").deepCopy();
    ((ObjectNode) cronJob.path("spec")).put("schedule", "* * * * *").put("suspend", true);
    ((ObjectNode) cronJob.at("/spec/jobTemplate/spec")).put("backoffLimit", 0);
    namespace.apply(cronJob.toString());
    String command =
        Runbook.section("Every night")
            .command("kubectl create job ")
            .replace("2024-12-01..2024-12-07", range)
            .replace("--namespace=rbs-spark", "--namespace=" + namespace.name());
    Runbook.run(Project.DIRECTORY, "", command).succeeded();
    assertThat(awaitJob(namespace, "once", "succeeded")).contains("\"date\": \"" + range + "\"");
  }

  private static String day(int ago) {
    return LocalDate.now(ZoneOffset.UTC).minusDays(ago).toString();
  }

  private static void suspend(Namespace namespace, boolean suspend) {
    namespace
        .kubectl("patch", "cronjob", "lake", "--patch={\"spec\": {\"suspend\": " + suspend + "}}")
        .succeeded();
  }

  /** Waits until a job whose name begins so has ended so; returns its logs. */
  private static String awaitJob(Namespace namespace, String name, String end) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      String jobs = namespace.kubectl("get", "jobs", "--output=json").succeeded().output();
      for (JsonNode job : Json.values(Json.parse(jobs).path("items")).toList()) {
        if (Manifests.name(job).startsWith(name) && job.at("/status/" + end).asInt() > 0) {
          return namespace
              .kubectl("logs", "job/" + Manifests.name(job), "--all-containers", "--tail=-1")
              .output();
        }
      }
      // Until something changes, or for so long.
      namespace.kubectl("get", "jobs", "--watch-only", "--request-timeout=5s");
    }
    throw new AssertionError(
        "job '%s…': expected one that %s within %s, found:\n%s"
            .formatted(name, end, LIMIT, namespace.kubectl("describe", "jobs,pods").output()));
  }

  /** These days are in bronze and, up to the last, in silver, as PostgreSQL has them. */
  private static void assertDays(Overlay overlay, List<Integer> ago) {
    for (int each : ago) {
      String date = day(each);
      String until = "created_at < timestamptz '%s 00:00+00' + interval '1 day'".formatted(date);
      String since = "created_at >= timestamptz '%s 00:00+00'".formatted(day(ago.get(0)));
      assertSame(
          overlay,
          "bronze",
          date,
          "ticks",
          "created_at >= timestamptz '%s 00:00+00' and ".formatted(date) + until);
      String latest =
          "(select distinct on (operation_id) * from ticks where %s and %s"
              + " order by operation_id, created_at desc) latest";
      assertSame(overlay, "silver", date, latest.formatted(since, until), "true");
    }
    String found =
        cluster
            .servers()
            .run(
                "list_objects.py",
                Map.of("BUCKET", Scene.BUCKET),
                overlay.variant().directory() + "/bronze");
    assertThat(found.lines().map(key -> key.replaceFirst(".*business_date=(.*?)/.*", "$1")))
        .hasSameElementsAs(ago.stream().map(ScheduledIT::day).toList());
  }

  private static void assertSame(
      Overlay overlay, String layer, String date, String table, String condition) {
    String url = "s3a://" + Scene.BUCKET + "/" + overlay.variant().directory() + "/" + layer;
    assertThat(
            cluster
                .servers()
                .run(
                    "compare_table.py",
                    Map.of("BUCKET", Scene.BUCKET),
                    table,
                    condition,
                    url,
                    date))
        .contains("\"missing\": 0, \"others\": 0")
        .doesNotContain("\"rows\": 0,");
  }

  private static void sql(String sql) {
    cluster.servers().run("execute_sql.py", Map.of(), sql);
  }
}
