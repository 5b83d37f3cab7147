package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Probe.Destination;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code target/k8s} on the cluster of the current kubeconfig, which must enforce NetworkPolicies.
 * Its nodes must have the image that the property {@code kubernetes.image} names, or be able to
 * pull it.
 */
@Tag("kubernetes")
class KubernetesIT {
  private static Cluster cluster;

  @BeforeAll
  static void deploy() {
    cluster =
        Cluster.deploy(
            System.getProperty("kubernetes.image"), Variant.ONE_POD, Variant.EXECUTOR_PODS);
  }

  @AfterAll
  static void clean() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void theApiServerAcceptsTheManifestsAsTheyAre(Variant variant) {
    cluster.overlay(variant).dryRun().succeeded();
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void bronzeAndSilverLeaveEachRowOnce(Variant variant) {
    Overlay overlay = cluster.overlay(variant);
    for (String job : List.of("bronze", "silver")) {
      assertThat(overlay.run(job))
          .doesNotContain("Forbidden", "forbidden", "FAIL ")
          .contains(" checks, 0 failed, 0 warned, 0 not tried");
    }
    assertEachRowIsThereOnce(variant);
  }

  private static void assertEachRowIsThereOnce(Variant variant) {
    String report = cluster.servers().compareLake(variant.directory(), "bronze silver");
    String right = "{\"missing\": 0, \"others\": 0, \"twice\": 0}";
    assertThat(report).contains("\"bronze\": " + right, "\"silver\": " + right);
  }

  /** The runbook's own commands: back while bronze runs, forward when both jobs have ended. */
  @EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void theRunbookRollsBackAndForwardAgain(Variant variant) {
    String previous = System.getProperty("kubernetes.previous");
    Overlay overlay = cluster.overlay(variant);
    Runbook roll = Runbook.section("Roll back, and forward again");
    String back = "kubectl kustomize ";
    String forward = "kubectl apply --force --kustomize=";
    String tag = previous.replaceFirst("^.*/rbs-spark:", "");

    overlay.run(roll, forward, tag);
    String stopped = overlay.namespace().get("job", "bronze").at("/metadata/uid").asText();
    overlay.run(roll, back, tag);
    assertThat(overlay.namespace().get("job", "bronze").at("/metadata/uid").asText())
        .as("the job is a new one")
        .isNotEqualTo(stopped);
    assertBothJobsRun(overlay, previous);
    overlay.run(roll, forward, tag);
    assertBothJobsRun(overlay, cluster.image());
  }

  /** As the runbook says after 'apply': with this image, to their end, with all rows. */
  private static void assertBothJobsRun(Overlay overlay, String expected) {
    Runbook run = Runbook.section("Run");
    for (String command :
        List.of(
            "kubectl wait job/bronze ", "kubectl patch job/silver ", "kubectl wait job/silver ")) {
      overlay.run(run, command, "");
    }
    for (String job : List.of("bronze", "silver")) {
      JsonNode spec = overlay.namespace().get("job", job).at("/spec/template/spec");
      Stream<JsonNode> executors =
          Json.values(spec.at("/containers/0/env"))
              .filter(variable -> variable.path("name").asText().equals("EXECUTOR_IMAGE"))
              .map(variable -> variable.path("value"));
      assertThat(
              Stream.concat(
                      Stream.of(spec.at("/initContainers/0/image"), spec.at("/containers/0/image")),
                      executors)
                  .map(JsonNode::asText))
          .as(job)
          .hasSize(overlay.variant() == Variant.EXECUTOR_PODS ? 3 : 2)
          .containsOnly(expected);
    }
    assertEachRowIsThereOnce(overlay.variant());
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void podsReachWhatTheirJobNeedsAndNothingElse(Variant variant) {
    Map<String, Probe> probes = Reach.probes(cluster.overlay(variant), cluster.image());
    Probe outsider =
        Probe.start(
            cluster.servers().namespace(),
            "probe-" + variant.directory(),
            Map.of(),
            cluster.image());
    Map<String, Destination> all = Reach.destinations(cluster);
    assertThat(outsider.reaches(all)).as("all answer without policies").isEqualTo(all.keySet());
    Map<String, Destination> peers = Reach.peers(probes);
    assertThat(outsider.reaches(peers)).as("what comes in from another namespace").isEmpty();

    all.putAll(peers);
    Map<String, Set<String>> found = new TreeMap<>();
    Map<String, Set<String>> expected = new TreeMap<>();
    probes.forEach(
        (name, probe) -> {
          Set<String> reached = probe.reaches(all);
          // Policies do not apply to a pod's connections to itself.
          reached.removeIf(destination -> destination.startsWith(name + ":"));
          found.put(name, reached);
          expected.put(name, Reach.allowed(name, variant, probes.keySet()));
        });
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void preflightSaysWhatAnAccountMayNotDo() {
    Namespace namespace = cluster.overlay(Variant.EXECUTOR_PODS).namespace();
    namespace.kubectl("create", "serviceaccount", "nobody").succeeded();
    assertThat(preflight(namespace, "allowed", "driver"))
        .containsPattern(
            "k8s pods +OK +may create, get, list, watch, delete, deletecollection pods in namespace '"
                + namespace.name());
    assertThat(preflight(namespace, "denied", "nobody"))
        .containsPattern("k8s pods +FAIL +service account: must not create, get, list, watch")
        .contains("remedy: bind a Role");
    // With these verbs a pod can be created, and Spark fails after a minute.
    namespace
        .kubectl("create", "role", "half", "--verb=create,list,delete", "--resource=pods")
        .succeeded();
    namespace
        .kubectl(
            "create",
            "rolebinding",
            "half",
            "--role=half",
            "--serviceaccount=" + namespace.name() + ":nobody")
        .succeeded();
    assertThat(preflight(namespace, "half", "nobody"))
        .containsPattern(
            "k8s pods +FAIL +service account: must not get, watch, deletecollection pods");
  }

  @Test
  void preflightSaysThatTheApiServerIsOutOfReach() {
    Namespace namespace = cluster.overlay(Variant.ONE_POD).namespace();
    assertThat(preflight(namespace, "out-of-reach", "default"))
        .containsPattern("k8s connect +FAIL +.*no answer, the connection timed out")
        .contains("remedy: allow egress");
  }

  /** The output of {@code rbs-preflight --k8s} in a driver's pod with this service account. */
  private static String preflight(Namespace namespace, String name, String account) {
    String pod = "preflight-" + name;
    return namespace.runToEnd(
        pod,
        Probe.pod(
            pod,
            Map.of("spark-role", "driver"),
            Optional.of(account),
            cluster.image(),
            List.of("rbs-preflight", "--role=driver", "--k8s")));
  }
}
