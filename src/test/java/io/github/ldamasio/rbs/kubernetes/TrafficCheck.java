package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the policies let through, by the rules of NetworkPolicy
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/): a connection needs
 * an egress rule of one side and an ingress rule of the other.
 */
final class TrafficCheck {
  private final Manifests manifests;
  private final List<ObjectNode> policies;
  private final List<Pod> pods;
  private final Violations violations;

  TrafficCheck(Manifests manifests, Violations violations) {
    this.manifests = manifests;
    this.policies = manifests.all("NetworkPolicy");
    this.pods = manifests.pods();
    this.violations = violations;
  }

  void check() {
    expect(
        policies.stream().map(policy -> policy.path("spec")).anyMatch(TrafficCheck::deniesAll),
        "policies",
        "one that denies all ingress and all egress of all pods");
    policies.forEach(this::checkRules);
    pods.forEach(from -> pods.forEach(to -> checkPorts(from, to)));
    pods.forEach(this::checkService);
  }

  private static boolean deniesAll(JsonNode spec) {
    return spec.path("podSelector").isObject()
        && spec.path("podSelector").isEmpty()
        && Json.texts(spec.path("policyTypes")).equals(Set.of("Ingress", "Egress"))
        && !spec.has("ingress")
        && !spec.has("egress");
  }

  /** No rule allows everything: any peer, or any port. */
  private void checkRules(ObjectNode policy) {
    String where = Manifests.title(policy);
    for (JsonNode rule : policy.at("/spec/egress")) {
      expect(isNarrow(rule, "to"), where, "destinations and ports in each rule, found " + rule);
    }
    for (JsonNode rule : policy.at("/spec/ingress")) {
      expect(
          isNarrow(rule, "from") || (isFromNamespace(rule) && selectsServers(policy)),
          where,
          "sources and ports in each rule, found " + rule);
    }
  }

  private static boolean isNarrow(JsonNode rule, String peers) {
    return !rule.path(peers).isEmpty()
        && !rule.path("ports").isEmpty()
        && Json.values(rule.path("ports"))
            .allMatch(port -> port.has("port") && !port.has("endPort"))
        && Json.values(rule.path(peers)).allMatch(TrafficCheck::isNarrowPeer);
  }

  private static boolean isNarrowPeer(JsonNode peer) {
    boolean everywhere = peer.has("namespaceSelector") && peer.path("namespaceSelector").isEmpty();
    return peer.has("ipBlock") || (!peer.path("podSelector").isEmpty() && !everywhere);
  }

  /** From all pods of this namespace, to named ports. */
  private static boolean isFromNamespace(JsonNode rule) {
    return rule.path("from").toString().equals("[{\"podSelector\":{}}]")
        && !rule.path("ports").isEmpty();
  }

  /** True if the policy applies to pods that serve something, and to no others. */
  private boolean selectsServers(JsonNode policy) {
    return pods.stream()
        .filter(pod -> pod.isSelectedBy(policy.at("/spec/podSelector")))
        .noneMatch(pod -> pod.servedPorts().isEmpty());
  }

  /**
   * Driver and executors reach each other's ports, as Spark's settings name them, and no others. A
   * server lets pods in at its port; no pod here may go out to it.
   */
  private void checkPorts(Pod from, Pod to) {
    Set<Integer> needed = new TreeSet<>();
    if (from.isExecutor() && !to.isExecutor()) {
      needed.add(to.port("spark.driver.port"));
    }
    if (from.isExecutor() || to.isExecutor()) {
      needed.add(to.port("spark.blockManager.port"));
    }
    expectPorts("egress from", from, to, needed, ports(from, to, "egress", "to"));
    Set<Integer> served = to.servedPorts().isEmpty() ? needed : to.servedPorts();
    expectPorts("ingress from", from, to, served, ports(to, from, "ingress", "from"));
  }

  private void expectPorts(
      String direction, Pod from, Pod to, Set<Integer> expected, Set<Integer> found) {
    expect(
        found.equals(expected),
        "%s %s to %s".formatted(direction, from.title(), to.title()),
        "ports %s, found %s".formatted(expected, found));
  }

  /** The ports that a pod's policies open to or from another pod of this namespace. */
  private Set<Integer> ports(Pod pod, Pod other, String direction, String peers) {
    return policies.stream()
        .map(policy -> policy.path("spec"))
        .filter(spec -> pod.isSelectedBy(spec.path("podSelector")))
        .flatMap(spec -> Json.values(spec.path(direction)))
        .filter(
            rule ->
                Json.values(rule.path(peers))
                    .filter(peer -> !peer.has("namespaceSelector"))
                    .anyMatch(peer -> other.isSelectedBy(peer.path("podSelector"))))
        .flatMap(rule -> Json.values(rule.path("ports")))
        .map(port -> port.path("port").asInt())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The driver's host is its address, or the name of a headless Service with its ports. */
  private void checkService(Pod pod) {
    String host = pod.sparkSettings().getOrDefault("spark.driver.host", "");
    if (pod.isExecutor() || host.isEmpty() || host.equals("status.podIP")) {
      return;
    }
    Set<Integer> needed =
        new TreeSet<>(List.of(pod.port("spark.driver.port"), pod.port("spark.blockManager.port")));
    expect(
        manifests.all("Service").stream()
            .filter(service -> host.equals(hostName(service)))
            .map(service -> service.path("spec"))
            .anyMatch(
                service ->
                    pod.hasLabels(service.path("selector"))
                        && service.path("clusterIP").asText().equals("None")
                        && service.path("publishNotReadyAddresses").asBoolean()
                        && needed.equals(
                            Json.values(service.path("ports"))
                                .map(port -> port.path("port").asInt())
                                .collect(Collectors.toSet()))),
        pod.title(),
        "a headless Service %s with ports %s that publishes addresses at once"
            .formatted(host, needed));
  }

  private static String hostName(ObjectNode service) {
    return Manifests.name(service) + "." + service.at("/metadata/namespace").asText() + ".svc";
  }

  private void expect(boolean holds, String where, String expected) {
    violations.expect(holds, Rule.TRAFFIC, where, expected);
  }
}
