package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.ClusterMode.Driver;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.pin.BuiltPhase;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.scene.Scene;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Driver and executor pods as Spark's cluster mode makes them, submitted by this image, by a Spark
 * without its settings, and by the Spark operator, in a namespace that enforces the restricted
 * standard. The driver has Spark's ConfigMap over {@code /opt/spark/conf}.
 */
@Tag("kubernetes")
class ClusterModeIT {
  private static final String LOWERED = "the driver gets a heap of";

  private static final String OTHER_REPOSITORY =
      """
      mkdir -p /tmp/repository/com/example/none/1
      printf %s '<project><modelVersion>4.0.0</modelVersion><groupId>com.example</groupId>\
      <artifactId>none</artifactId><version>1</version><packaging>pom</packaging></project>' \
        >/tmp/repository/com/example/none/1/none-1.pom
      DEFAULT_ARTIFACT_REPOSITORY=file:/tmp/repository/ exec "$@"
      """;

  private static Cluster cluster;
  private static ClusterMode mode;

  @BeforeAll
  static void deploy() {
    cluster = Cluster.deploy(System.getProperty("kubernetes.image"), Variant.SPARK_OPERATOR);
    mode = ClusterMode.create(cluster);
  }

  @AfterAll
  static void clean() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void theDefaultsHoldWhenThisImageSubmitsAndBakedPackagesResolve() throws IOException {
    JarPin postgresql = JarPin.of("postgresql");
    String packages =
        "--packages=%s:%s:%s"
            .formatted(postgresql.groupId(), postgresql.artifactId(), postgresql.version());
    Driver driver = run("own", List.of(), packages);
    assertThat(driver.log()).doesNotContain(LOWERED).contains("submitted: ['spark.extraListeners");
    assertThat(driver.memoryLimit()).as("SPARK_DRIVER_MEMORY and 40 %").isEqualTo("2867Mi");
  }

  @Test
  void theDefaultsHoldAndTheHeapFitsWhenAPlainSparkSubmits() throws IOException {
    Driver driver = run("plain", ClusterMode.PLAIN);
    assertThat(driver.memoryLimit()).as("Spark's own 1g and 40 %").isEqualTo("1433Mi");
    assertThat(driver.log()).containsOnlyOnce(LOWERED).contains("submitted: []");
  }

  /** Where the submitter knows another repository; the driver resolves them again. */
  @Test
  void theDriverRefusesPackagesThatAreNotBakedInSeconds() {
    Driver driver =
        mode.run(
            "refused",
            List.of("bash", "-c", OTHER_REPOSITORY, "bash"),
            List.of("--packages=com.example:none:1"),
            List.of());
    assertThat(driver.exitCode()).as(driver.log()).isNotZero();
    assertThat(driver.log()).contains("unresolved dependency", "NO-RUNTIME-DOWNLOADS");
    JsonNode ended = driver.pod().at("/status/containerStatuses/0/state/terminated");
    assertThat(
            Duration.between(
                Instant.parse(ended.path("startedAt").asText()),
                Instant.parse(ended.path("finishedAt").asText())))
        .isLessThan(Duration.ofSeconds(60));
  }

  /** By the runbook's own commands. */
  @Test
  void theOperatorRunsBronzeToItsEnd() {
    Overlay overlay = cluster.overlay(Variant.SPARK_OPERATOR);
    Namespace namespace = overlay.namespace();
    Runbook runbook = Runbook.section("With the Spark operator");
    try (OperatorPod operator = OperatorPod.start(namespace, cluster.image())) {
      overlay.dryRun().succeeded();
      overlay.run(runbook, "kubectl apply ", "");
      try {
        overlay.run(runbook, "kubectl wait ", "");
      } catch (AssertionError e) {
        String found = namespace.describe("sparkapplication/bronze");
        throw new AssertionError(operator.log() + found + namespace.describe("pods"), e);
      }
      String log = overlay.run(runbook, "kubectl logs ", "").output();
      assertThat(log)
          .doesNotContain("Forbidden", "forbidden", "FAIL ", LOWERED)
          .contains(" checks, 0 failed, 0 warned, 0 not tried");
      assertThat(cluster.servers().compareLake(overlay.variant().directory(), "bronze"))
          .contains("\"bronze\": {\"missing\": 0, \"others\": 0, \"twice\": 0}");
      assertHasEventLog(new Driver(namespace.get("pod", "bronze-driver"), log));
    }
  }

  /** Runs the job to its end, with all defaults. */
  private static Driver run(String name, List<String> submitter, String... options)
      throws IOException {
    Map<String, String> defaults = BuiltPhase.defaults();
    Driver driver = mode.run(name, submitter, List.of(options), List.copyOf(defaults.keySet()));
    assertThat(driver.exitCode()).as(driver.log()).isZero();
    Map<String, String> found = new TreeMap<>();
    driver
        .log()
        .lines()
        .filter(line -> line.startsWith("{"))
        .findFirst()
        .map(Json::parse)
        .orElseThrow()
        .properties()
        .forEach(each -> found.put(each.getKey(), each.getValue().asText()));
    assertThat(found.remove("resources")).contains("core-default.xml, rbs-default.xml, ");
    assertThat(found).isEqualTo(defaults);
    assertThat(driver.log())
        .contains("rows: 10", "configuration: /opt/spark/conf ", "'spark.properties'");
    assertHasEventLog(driver);
    return driver;
  }

  /** A complete one: while an application runs, its name ends in {@code .inprogress}. */
  private static void assertHasEventLog(Driver driver) {
    String prefix = Cluster.EVENT_LOGS.replaceFirst("s3a://[^/]+/", "");
    assertThat(
            cluster
                .servers()
                .run("list_objects.py", Map.of("BUCKET", Scene.BUCKET), prefix)
                .lines())
        .contains(prefix + "/" + driver.applicationId());
  }
}
