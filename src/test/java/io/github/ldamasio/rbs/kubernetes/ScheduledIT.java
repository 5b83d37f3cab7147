package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene;
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
    CronJobs cronJobs = new CronJobs(overlay.namespace());
    runOnce(overlay, day(6) + ".." + day(5));
    assertDays(overlay, List.of(6, 5));

    sql("alter table ticks rename to gone");
    cronJobs.suspend("lake", false);
    String failed = cronJobs.await("lake-", "failed");
    assertThat(failed).contains("jdbc table", "FAIL");
    cronJobs.suspend("lake", true);
    sql("alter table gone rename to ticks");
    assertDays(overlay, List.of(6, 5));

    cronJobs.suspend("lake", false);
    String caughtUp = cronJobs.await("lake-", "succeeded");
    cronJobs.suspend("lake", true);
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
    CronJobs cronJobs = new CronJobs(namespace);
    cronJobs.apply(overlay.manifests().get("CronJob", "lake"), true);
    String command =
        Runbook.section("Every night")
            .command("kubectl create job ")
            .replace("2024-12-01..2024-12-07", range)
            .replace("--namespace=rbs-spark", "--namespace=" + namespace.name());
    Runbook.run(Project.DIRECTORY, "", command).succeeded();
    assertThat(cronJobs.await("once", "succeeded")).contains("\"date\": \"" + range + "\"");
  }

  private static String day(int ago) {
    return LocalDate.now(ZoneOffset.UTC).minusDays(ago).toString();
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
