package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Overlay.Endpoint;
import io.github.ldamasio.rbs.kubernetes.Overlay.JobRun;
import io.github.ldamasio.rbs.kubernetes.Probe.Destination;
import io.github.ldamasio.rbs.process.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code target/k8s} on the cluster of the current kubeconfig, which must enforce NetworkPolicies.
 * Its nodes must have the image, or be able to pull it, by the name in {@code kubernetes.image}.
 */
class KubernetesIT {
  /** A day that the test's events are of. */
  static final String DATE = "2024-12-27";

  private static final int ROWS = 30_000;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static final Map<Variant, Overlay> OVERLAYS = new EnumMap<>(Variant.class);
  private static String image;
  private static Servers servers;
  private static Endpoint api;

  @BeforeAll
  static void deploy() {
    Result ready = Kubectl.run("get", "--raw=/readyz", "--request-timeout=10s");
    if (ready.exitCode() != 0) {
      System.out.println("KubernetesIT is skipped: no cluster answers kubectl (KUBECONFIG).");
    }
    assumeTrue(ready.exitCode() == 0, "no cluster answers kubectl: " + ready.output());
    image = System.getProperty("kubernetes.image");
    String name = "rbs-it-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    JsonNode subset = new Namespace("default").get("endpoints", "kubernetes").at("/subsets/0");
    api = new Endpoint(subset.at("/addresses/0/ip").asText(), subset.at("/ports/0/port").asInt());
    servers = open(Servers.start(name + "-servers", image));
    servers.run(Map.of("ROWS", String.valueOf(ROWS)), "fill_postgres.py");
    for (Variant variant : List.of(Variant.ONE_POD, Variant.EXECUTOR_PODS)) {
      OVERLAYS.put(
          variant,
          open(Overlay.create(name + "-" + variant.directory(), variant, servers, api, image)));
    }
  }

  @AfterAll
  static void clean() throws Exception {
    Collections.reverse(OPEN);
    for (AutoCloseable resource : OPEN) {
      resource.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void theApiServerTakesTheManifestsAsTheyAre(Variant variant) {
    OVERLAYS.get(variant).dryRun().succeeded();
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void bronzeAndSilverLeaveEachRowOnce(Variant variant) {
    Overlay overlay = OVERLAYS.get(variant);
    for (String job : List.of("bronze", "silver")) {
      JobRun run = overlay.run(job);
      assertThat(run.logs()).doesNotContain("Forbidden", "forbidden", "FAIL ");
      assertThat(run.logs()).contains(" checks, 0 failed, 0 not tried");
    }
    assertEachRowIsThereOnce(variant);
  }

  private static void assertEachRowIsThereOnce(Variant variant) {
    String report =
        servers.run(
            Map.of("BUSINESS_DATE", DATE, "BUCKET", Servers.BUCKET, "PREFIX", variant.directory()),
            "compare_lake.py");
    String right = "{\"missing\": 0, \"others\": 0, \"twice\": 0}";
    assertThat(report).contains("\"bronze\": " + right, "\"silver\": " + right);
  }

  /** The runbook's own commands: back while bronze runs, forward when both jobs have ended. */
  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void theRunbookRollsBackAndForwardAgain(Variant variant) {
    assumeFalse(
        System.getProperty("image.phase.previous", "").isEmpty(),
        "no phase is before this one: -Pphase1");
    String previous = System.getProperty("kubernetes.previous");
    Overlay overlay = OVERLAYS.get(variant);
    Runbook roll = Runbook.section("Roll back, and forward again");
    String back = "kubectl kustomize ";
    String forward = "kubectl apply --force --kustomize=";
    String tag = previous.replaceFirst("^.*/rbs-spark:", "");

    overlay.run(roll, forward, tag);
    String stopped = overlay.namespace().get("job", "bronze").at("/metadata/uid").asText();
    overlay.run(roll, back, tag);
    assertThat(overlay.namespace().get("job", "bronze").at("/metadata/uid").asText())
        .as("the job is another")
        .isNotEqualTo(stopped);
    assertBothJobsRun(overlay, previous);
    overlay.run(roll, forward, tag);
    assertBothJobsRun(overlay, image);
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
      assertThat(
              Stream.of("/initContainers/0", "/containers/0")
                  .map(c -> spec.at(c + "/image").asText()))
          .as(job)
          .containsOnly(expected);
      for (JsonNode variable : spec.at("/containers/0/env")) {
        if (variable.path("name").asText().equals("EXECUTOR_IMAGE")) {
          assertThat(variable.path("value").asText()).isEqualTo(expected);
        }
      }
    }
    assertEachRowIsThereOnce(overlay.variant());
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_POD", "EXECUTOR_PODS"})
  void podsReachWhatTheirJobNeedsAndNothingElse(Variant variant) {
    Namespace namespace = OVERLAYS.get(variant).namespace();
    Map<String, Probe> probes = new TreeMap<>();
    for (String job : List.of("bronze", "silver")) {
      for (String role :
          variant == Variant.ONE_POD ? List.of("driver") : List.of("driver", "executor")) {
        Map<String, String> labels = Map.of("app.kubernetes.io/name", job, "spark-role", role);
        String name = "probe-" + job + "-" + role;
        probes.put(name, Probe.start(namespace, name, labels, image));
      }
    }
    probes.put("probe-other", Probe.start(namespace, "probe-other", Map.of(), image));
    Probe outsider =
        Probe.start(servers.namespace(), "probe-" + variant.directory(), Map.of(), image);

    Map<String, Destination> destinations = destinations();
    // First the premise: without policies each of them answers.
    assertThat(outsider.reaches(destinations)).isEqualTo(destinations.keySet());
    Map<String, Destination> peers = new TreeMap<>();
    probes.forEach(
        (name, probe) -> {
          for (int port : new int[] {7078, 7079, Servers.OTHER_PORT}) {
            peers.put(name + ":" + port, Destination.tcp(probe.address(), port));
          }
        });
    assertThat(outsider.reaches(peers)).as("what comes in from another namespace").isEmpty();

    Map<String, Destination> all = new TreeMap<>(destinations);
    all.putAll(peers);
    Map<String, Set<String>> found = new TreeMap<>();
    Map<String, Set<String>> expected = new TreeMap<>();
    probes.forEach(
        (name, probe) -> {
          Set<String> reached = probe.reaches(all);
          // policies do not hold for what a pod says to itself
          reached.removeIf(destination -> destination.startsWith(name + ":"));
          found.put(name, reached);
          expected.put(name, allowed(name, variant, probes.keySet()));
        });
    assertThat(found).isEqualTo(expected);
  }

  /** Everything that a job could try; each answers where no policy is. */
  private static Map<String, Destination> destinations() {
    Map<String, Destination> all = new TreeMap<>();
    for (String pod : List.of("postgresql", "s3", "bystander")) {
      String address = servers.address(pod);
      all.put(pod + ":other", Destination.tcp(address, Servers.OTHER_PORT));
      all.put(pod + ":dns-udp", Destination.udp(address, 53));
      all.put(pod + ":dns-tcp", Destination.tcp(address, 53));
    }
    all.put("postgresql", Destination.tcp(servers.address("postgresql"), 5432));
    all.put("s3", Destination.tcp(servers.address("s3"), 9000));
    Namespace system = new Namespace("kube-system");
    String dns = system.get("service", "kube-dns").at("/spec/clusterIP").asText();
    all.put("dns-udp", Destination.udp(dns, 53));
    all.put("dns-tcp", Destination.tcp(dns, 53));
    JsonNode service = new Namespace("default").get("service", "kubernetes").path("spec");
    all.put("api", Destination.tcp(service.path("clusterIP").asText(), 443));
    all.put("api:endpoint", Destination.tcp(api.host(), api.port()));
    // the kubelet, on an address that is no pod's
    all.put("node:kubelet", Destination.tcp(nodeAddress(), 10250));
    return all;
  }

  private static String nodeAddress() {
    return Kubectl.run(
            "get",
            "nodes",
            "--output=jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}")
        .succeeded()
        .output();
  }

  private static Set<String> allowed(String name, Variant variant, Set<String> probes) {
    Set<String> allowed = new TreeSet<>(Set.of("s3", "dns-udp", "dns-tcp"));
    if (name.contains("bronze")) {
      allowed.add("postgresql");
    }
    if (variant == Variant.EXECUTOR_PODS && name.endsWith("driver")) {
      allowed.addAll(Set.of("api", "api:endpoint"));
    }
    for (String other : probes) {
      if (variant == Variant.ONE_POD || name.equals("probe-other") || other.equals(name)) {
        continue;
      }
      if (other.endsWith("executor")) {
        allowed.add(other + ":7079");
      } else if (other.endsWith("driver") && name.endsWith("executor")) {
        allowed.addAll(Set.of(other + ":7078", other + ":7079"));
      }
    }
    return allowed;
  }

  @Test
  void preflightSaysWhatAnAccountMustNot() {
    Namespace namespace = OVERLAYS.get(Variant.EXECUTOR_PODS).namespace();
    namespace.kubectl("create", "serviceaccount", "nobody").succeeded();
    assertThat(preflight(namespace, "allowed", "driver", "driver"))
        .containsPattern(
            "k8s pods +OK +may create, get, list, watch, delete, deletecollection pods in namespace '"
                + namespace.name());
    assertThat(preflight(namespace, "denied", "nobody", "driver"))
        .containsPattern("k8s pods +FAIL +service account: must not create, get, list, watch")
        .contains("remedy: bind a Role");
    // what lets a pod be made, and lets Spark fail after a minute
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
    assertThat(preflight(namespace, "half", "nobody", "driver"))
        .containsPattern(
            "k8s pods +FAIL +service account: must not get, watch, deletecollection pods");
  }

  @Test
  void preflightSaysThatTheApiServerIsOutOfReach() {
    Namespace namespace = OVERLAYS.get(Variant.ONE_POD).namespace();
    assertThat(preflight(namespace, "out-of-reach", "default", "driver"))
        .containsPattern("k8s connect +FAIL +.*no answer, the connection timed out")
        .contains("remedy: allow egress");
  }

  /** What {@code rbs-preflight --k8s} says in a pod of this service account. */
  private static String preflight(Namespace namespace, String name, String account, String role) {
    namespace.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: preflight-%s
          labels: {spark-role: %s}
        spec:
          restartPolicy: Never
          serviceAccountName: %s
          automountServiceAccountToken: true
          securityContext:
            runAsNonRoot: true
            runAsUser: 185
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: preflight
              image: %s
              args: [rbs-preflight, --role=driver, --k8s]
              securityContext:
                allowPrivilegeEscalation: false
                capabilities: {drop: [ALL]}
        """
            .formatted(name, role, account, image));
    String pod = "pod/preflight-" + name;
    namespace.kubectl(
        "wait",
        "--for=jsonpath={.status.containerStatuses[0].state.terminated}",
        pod,
        "--timeout=60s");
    String output = namespace.kubectl("logs", pod).succeeded().output();
    namespace.kubectl("delete", pod).succeeded();
    return output;
  }

  private static <T extends AutoCloseable> T open(T resource) {
    OPEN.add(resource);
    return resource;
  }
}
