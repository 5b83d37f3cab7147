package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.scene.Lake;
import io.github.ldamasio.rbs.scene.Scene;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tables on a cluster, as {@link KubernetesIT} needs it: the CronJobs of {@code
 * target/k8s/scheduled} and {@code target/k8s/maintenance}.
 */
@Tag("kubernetes")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
class MaintenanceIT {
  private static Cluster cluster;

  @BeforeAll
  static void deploy() {
    cluster = Cluster.deploy(System.getProperty("kubernetes.image"), Variant.MAINTENANCE);
  }

  @AfterAll
  static void clean() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** The night's run writes tables as the site's settings alone say; then they are maintained. */
  @Test
  void tablesAreWrittenAndMaintained() {
    Overlay overlay = cluster.overlay(Variant.MAINTENANCE);
    Namespace namespace = overlay.namespace();
    CronJobs cronJobs = new CronJobs(namespace);
    assertThat(overlay.dryRun().exitCode()).isZero();
    cluster
        .servers()
        .run(
            "execute_sql.py",
            Map.of(),
            Lake.sql().get(0).replace("'secret'", "'" + Lake.PASSWORD + "'"));
    overlay.createSecrets(Map.of("LAKE_USER", "lake", "LAKE_PASSWORD", Lake.PASSWORD));
    Map<String, String> settings =
        Map.of(
            "BUSINESS_DATE", Scene.DAY,
            "JDBC_PARTITIONS", "8",
            "BRONZE_PATH", "",
            "SILVER_PATH", "",
            "BRONZE_TABLE", "lake.kept.bronze",
            "SILVER_TABLE", "lake.kept.silver",
            "LAKE_JDBC_URL", cluster.servers().settings().get("JDBC_URL"),
            "LAKE_WAREHOUSE", "s3a://" + Scene.BUCKET + "/warehouse");
    namespace
        .kubectl(
            "patch", "configmap", "settings", "--patch=" + Json.write(Map.of("data", settings)))
        .succeeded();
    cronJobs.apply(overlay.manifests(Variant.SCHEDULED).get("CronJob", "lake"), true);
    namespace.kubectl("create", "job", "once", "--from=cronjob/lake").succeeded();
    assertThat(cronJobs.await("once", "succeeded"))
        .contains("rows are in lake.kept.bronze", "keys are in lake.kept.silver");

    cronJobs.apply(overlay.manifests().get("CronJob", "maintenance"), false);
    assertThat(cronJobs.await("maintenance-", "succeeded"))
        .contains("lake.kept.bronze: made 1 files of 8", "0 failed, 0 warned, 0 not tried")
        .doesNotContain(Lake.PASSWORD);
    cronJobs.suspend("maintenance", true);
  }
}
