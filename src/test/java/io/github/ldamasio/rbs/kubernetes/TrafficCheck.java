package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Finding.Rule;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the policies let through, by the rules of NetworkPolicy
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/): a connection needs
 * an egress rule of the one side and an ingress rule of the other.
 */
final class TrafficCheck {
  private final Manifests manifests;
  private final List<Finding> findings = new ArrayList<>();

  private TrafficCheck(Manifests manifests) {
    this.manifests = manifests;
  }

  static Stream<Finding> findings(Manifests manifests) {
    TrafficCheck check = new TrafficCheck(manifests);
    check.denial();
    check.peers();
    check.services();
    check.site();
    return check.findings.stream();
  }

  /** One policy denies everything, and none allows everything: to anywhere or on any port. */
  private void denial() {
    boolean denied =
        manifests.all("NetworkPolicy").stream()
            .map(policy -> policy.path("spec"))
            .anyMatch(
                spec ->
                    spec.path("podSelector").isObject()
                        && spec.path("podSelector").isEmpty()
                        && texts(spec.path("policyTypes")).equals(Set.of("Ingress", "Egress"))
                        && !spec.has("ingress")
                        && !spec.has("egress"));
    expect(denied, "policies", "one that denies all ingress and all egress of all pods");
    for (ObjectNode policy : manifests.all("NetworkPolicy")) {
      for (JsonNode rule : policy.at("/spec/egress")) {
        expect(isNarrow(rule, "to"), policy, "destinations and ports in each rule, found " + rule);
      }
      for (JsonNode rule : policy.at("/spec/ingress")) {
        expect(
            isNarrow(rule, "from") || (isOfNamespace(rule) && isOfServer(policy)),
            policy,
            "sources and ports in each rule, found " + rule);
      }
    }
  }

  /** From the pods of this namespace, to named ports: an empty selector without another one. */
  private static boolean isOfNamespace(JsonNode rule) {
    return rule.path("from").toString().equals("[{\"podSelector\":{}}]")
        && !rule.path("ports").isEmpty();
  }

  /** A policy of pods that serve something, and of no others. */
  private boolean isOfServer(JsonNode policy) {
    return manifests.pods().stream()
        .filter(pod -> pod.isSelectedBy(policy.at("/spec/podSelector")))
        .noneMatch(pod -> pod.servedPorts().isEmpty());
  }

  private static boolean isNarrow(JsonNode rule, String peers) {
    boolean narrow = !rule.path(peers).isEmpty() && !rule.path("ports").isEmpty();
    for (JsonNode port : rule.path("ports")) {
      narrow &= port.has("port") && !port.has("endPort");
    }
    for (JsonNode peer : rule.path(peers)) {
      boolean pods = peer.has("podSelector") && !peer.path("podSelector").isEmpty();
      boolean everywhere =
          peer.path("namespaceSelector").isEmpty() && peer.has("namespaceSelector");
      narrow &= peer.has("ipBlock") || (pods && !everywhere);
    }
    return narrow;
  }

  /**
   * Driver and executors reach each other's ports as Spark is told, and no others. A server lets
   * pods come to its port, which none of these does.
   */
  private void peers() {
    for (Pod from : manifests.pods()) {
      for (Pod to : manifests.pods()) {
        Set<Integer> needed = new TreeSet<>();
        if (to.isExecutor()) {
          needed.add(port(to, "spark.blockManager.port"));
        } else if (from.isExecutor()) {
          needed.add(port(to, "spark.driver.port"));
          needed.add(port(to, "spark.blockManager.port"));
        }
        Set<Integer> out = ports(from, to, "Egress");
        Set<Integer> in = ports(to, from, "Ingress");
        expect(
            out.equals(needed) && in.equals(to.servedPorts().isEmpty() ? needed : to.servedPorts()),
            "from pod of %s to pod of %s".formatted(from.name(), to.name()),
            "ports %s, found %s out and %s in".formatted(needed, out, in));
      }
    }
  }

  /** The ports that the policies of a pod open to or from another one of this namespace. */
  private Set<Integer> ports(Pod pod, Pod other, String type) {
    Set<Integer> ports = new TreeSet<>();
    for (ObjectNode policy : manifests.all("NetworkPolicy")) {
      if (!pod.isSelectedBy(policy.at("/spec/podSelector"))) {
        continue;
      }
      boolean egress = type.equals("Egress");
      for (JsonNode rule : policy.at(egress ? "/spec/egress" : "/spec/ingress")) {
        for (JsonNode peer : rule.path(egress ? "to" : "from")) {
          if (!peer.has("namespaceSelector") && other.isSelectedBy(peer.path("podSelector"))) {
            rule.path("ports").forEach(port -> ports.add(port.path("port").asInt()));
          }
        }
      }
    }
    return ports;
  }

  /** The driver's name is that of a headless Service with its ports. */
  private void services() {
    for (Pod pod : manifests.pods()) {
      String host = pod.sparkSettings().getOrDefault("spark.driver.host", "");
      if (pod.isExecutor() || host.isEmpty()) {
        continue;
      }
      Set<Integer> ports = new TreeSet<>();
      boolean found = false;
      for (ObjectNode service : manifests.all("Service")) {
        String name =
            Manifests.name(service) + "." + service.at("/metadata/namespace").asText() + ".svc";
        ObjectNode selector = service.objectNode();
        selector.set("matchLabels", service.at("/spec/selector"));
        if (host.equals(name) && pod.isSelectedBy(selector)) {
          found =
              service.at("/spec/clusterIP").asText().equals("None")
                  && service.at("/spec/publishNotReadyAddresses").asBoolean();
          service.at("/spec/ports").forEach(port -> ports.add(port.path("port").asInt()));
        }
      }
      Set<Integer> needed =
          new TreeSet<>(
              Set.of(port(pod, "spark.driver.port"), port(pod, "spark.blockManager.port")));
      expect(
          found && ports.equals(needed),
          "pod of " + pod.name(),
          "a headless Service '%s' with ports %s that publishes addresses at once, found %s"
              .formatted(host, needed, ports));
    }
  }

  /** The ports of the site's settings are those of its policies, and so is the database's place. */
  private void site() {
    JsonNode settings = manifests.get("ConfigMap", "settings").path("data");
    if (manifests.has("NetworkPolicy", "to-postgresql")) {
      database(settings);
    }
    store(settings);
  }

  private void database(JsonNode settings) {
    URI database = URI.create(settings.path("JDBC_URL").asText().replaceFirst("^jdbc:", ""));
    JsonNode toDatabase = manifests.get("NetworkPolicy", "to-postgresql").at("/spec/egress/0");
    expect(
        toDatabase.at("/ports/0/port").asInt()
            == (database.getPort() < 0 ? 5432 : database.getPort()),
        "NetworkPolicy to-postgresql",
        "the port of JDBC_URL");
    String namespace =
        toDatabase.at("/to/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name").asText();
    expect(
        database.getHost().split("\\.").length > 1
            && database.getHost().split("\\.")[1].equals(namespace),
        "NetworkPolicy to-postgresql",
        "the namespace of JDBC_URL");
  }

  private void store(JsonNode settings) {
    URI store = URI.create(settings.path("S3_ENDPOINT").asText());
    int usual = "http".equals(store.getScheme()) ? 80 : 443;
    JsonNode toStore = manifests.get("NetworkPolicy", "to-s3").at("/spec/egress/0");
    expect(
        toStore.at("/ports/0/port").asInt() == (store.getPort() < 0 ? usual : store.getPort()),
        "NetworkPolicy to-s3",
        "the port of S3_ENDPOINT");
    JsonNode block = toStore.at("/to/0/ipBlock");
    expect(
        !block.path("cidr").asText().equals("0.0.0.0/0")
            || texts(block.path("except"))
                .containsAll(
                    Set.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")),
        "NetworkPolicy to-s3",
        "all addresses but the private ones (RFC 1918) and the link-local ones (RFC 3927)");
  }

  private static int port(Pod pod, String setting) {
    Map<String, String> settings = pod.sparkSettings();
    return Integer.parseInt(settings.getOrDefault(setting, "0"));
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private void expect(boolean holds, ObjectNode policy, String expected) {
    expect(holds, "NetworkPolicy " + Manifests.name(policy), expected);
  }

  private void expect(boolean holds, String where, String expected) {
    if (!holds) {
      findings.add(new Finding(Rule.TRAFFIC, where, "expected " + expected));
    }
  }
}
