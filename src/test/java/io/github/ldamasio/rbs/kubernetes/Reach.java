package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Probe.Destination;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a pod could try to reach, and what the policies must let it reach. */
final class Reach {

  private Reach() {}

  /** Starts a pod for each role of each job, and one that belongs to no job. */
  static Map<String, Probe> probes(Overlay overlay, String image) {
    Map<String, Probe> probes = new TreeMap<>();
    List<String> roles =
        overlay.variant() == Variant.ONE_POD ? List.of("driver") : List.of("driver", "executor");
    for (String job : List.of("bronze", "silver")) {
      for (String role : roles) {
        Map<String, String> labels = Map.of("app.kubernetes.io/name", job, "spark-role", role);
        String name = "probe-" + job + "-" + role;
        probes.put(name, Probe.start(overlay.namespace(), name, labels, image));
      }
    }
    String other = "probe-other";
    probes.put(other, Probe.start(overlay.namespace(), other, Map.of(), image));
    return probes;
  }

  /** The ports of these pods. */
  static Map<String, Destination> peers(Map<String, Probe> probes) {
    Map<String, Destination> peers = new TreeMap<>();
    probes.forEach(
        (name, probe) -> {
          String address = probe.address();
          for (int port : new int[] {7078, 7079, Servers.OTHER_PORT}) {
            peers.put(name + ":" + port, Destination.tcp(address, port));
          }
        });
    return peers;
  }

  /** Everything that a job could try; each answers where there is no policy. */
  static Map<String, Destination> destinations(Cluster cluster) {
    Servers servers = cluster.servers();
    Map<String, Destination> all = new TreeMap<>();
    for (String pod : List.of("postgresql", "s3", "bystander")) {
      String address = servers.address(pod);
      all.put(pod + ":other", Destination.tcp(address, Servers.OTHER_PORT));
      all.put(pod + ":dns-udp", Destination.udp(address, 53));
      all.put(pod + ":dns-tcp", Destination.tcp(address, 53));
    }
    all.put("postgresql", Destination.tcp(servers.address("postgresql"), 5432));
    all.put("s3", Destination.tcp(servers.address("s3"), 9000));
    String dns = clusterIp("kube-system", "kube-dns");
    all.put("dns-udp", Destination.udp(dns, 53));
    all.put("dns-tcp", Destination.tcp(dns, 53));
    all.put("api", Destination.tcp(clusterIp("default", "kubernetes"), 443));
    all.put("api:endpoint", cluster.api());
    // The kubelet, on an address that belongs to no pod.
    all.put("node:kubelet", Destination.tcp(nodeAddress(), 10250));
    return all;
  }

  private static String clusterIp(String namespace, String service) {
    return new Namespace(namespace).get("service", service).at("/spec/clusterIP").asText();
  }

  private static String nodeAddress() {
    return Kubectl.run(
            "get",
            "nodes",
            "--output=jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}")
        .succeeded()
        .output();
  }

  /** What a probe of this name may reach, of the destinations and of the other probes' ports. */
  static Set<String> allowed(String name, Variant variant, Set<String> probes) {
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
}
