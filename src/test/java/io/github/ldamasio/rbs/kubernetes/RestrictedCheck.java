package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Finding.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The Pod Security Standard "restricted", and "baseline", which is part of it
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/), and that the namespace
 * enforces it in a version that is named.
 */
final class RestrictedCheck {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret");
  private static final Set<String> SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes");
  private static final Set<String> SELINUX_TYPES =
      Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");
  private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");

  private final Pod pod;
  private final List<Finding> findings = new ArrayList<>();

  private RestrictedCheck(Pod pod) {
    this.pod = pod;
  }

  static Stream<Finding> findings(Manifests manifests) {
    return Stream.concat(
        manifests.all("Namespace").stream().flatMap(RestrictedCheck::ofNamespace),
        manifests.pods().stream().flatMap(pod -> new RestrictedCheck(pod).findings()));
  }

  private static Stream<Finding> ofNamespace(JsonNode namespace) {
    JsonNode labels = namespace.at("/metadata/labels");
    String level = labels.path("pod-security.kubernetes.io/enforce").asText();
    String version = labels.path("pod-security.kubernetes.io/enforce-version").asText();
    String where = "namespace " + Manifests.name(namespace);
    return Stream.of(
            level.equals("restricted")
                ? null
                : new Finding(
                    Rule.RESTRICTED, where, "expected to enforce restricted, found " + level),
            version.matches("v1\\.[0-9]+")
                ? null
                : new Finding(Rule.RESTRICTED, where, "expected a version, found " + version))
        .filter(finding -> finding != null);
  }

  private Stream<Finding> findings() {
    JsonNode spec = pod.spec();
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
      expect(!spec.path(shared).asBoolean(), "pod", shared + " to be absent");
    }
    for (JsonNode volume : spec.path("volumes")) {
      expect(
          StreamSupport.stream(iterable(volume).spliterator(), false)
              .allMatch(key -> key.equals("name") || VOLUMES.contains(key)),
          "volume " + volume.path("name").asText(),
          "a type of " + VOLUMES);
    }
    JsonNode context = spec.path("securityContext");
    for (JsonNode sysctl : context.path("sysctls")) {
      String name = sysctl.path("name").asText();
      expect(SYSCTLS.contains(name), "sysctl " + name, "a safe one");
    }
    ofContext("pod", context);
    for (JsonNode container : pod.containers()) {
      ofContainer(container, context);
    }
    return findings.stream();
  }

  /** What must not be in a security context, be it the pod's or a container's. */
  private void ofContext(String where, JsonNode context) {
    expect(context.path("runAsUser").asInt(1) != 0, where, "runAsUser not to be 0");
    expect(
        !context.at("/windowsOptions/hostProcess").asBoolean(), where, "hostProcess to be absent");
    JsonNode linux = context.path("seLinuxOptions");
    expect(
        SELINUX_TYPES.contains(linux.path("type").asText())
            && linux.path("user").asText().isEmpty()
            && linux.path("role").asText().isEmpty(),
        where,
        "no seLinuxOptions of its own");
    JsonNode appArmor = context.at("/appArmorProfile/type");
    expect(
        appArmor.isMissingNode() || PROFILES.contains(appArmor.asText()),
        where,
        "an appArmorProfile of " + PROFILES);
  }

  private void ofContainer(JsonNode container, JsonNode podContext) {
    String where = "container " + container.path("name").asText();
    JsonNode context = container.path("securityContext");
    ofContext(where, context);
    expect(!context.path("privileged").asBoolean(), where, "not to be privileged");
    expect(
        context.path("allowPrivilegeEscalation").isBoolean()
            && !context.path("allowPrivilegeEscalation").asBoolean(),
        where,
        "allowPrivilegeEscalation: false");
    expect(context.path("procMount").asText("Default").equals("Default"), where, "the usual /proc");
    expect(
        texts(context.at("/capabilities/drop")).contains("ALL"), where, "capabilities drop: [ALL]");
    expect(
        Set.of("NET_BIND_SERVICE").containsAll(texts(context.at("/capabilities/add"))),
        where,
        "no capability to be added but NET_BIND_SERVICE");
    for (JsonNode port : container.path("ports")) {
      expect(port.path("hostPort").asInt() == 0, where, "no hostPort");
    }
    expect(own(context, podContext, "/runAsNonRoot").asBoolean(), where, "runAsNonRoot: true");
    expect(
        PROFILES.contains(own(context, podContext, "/seccompProfile/type").asText()),
        where,
        "a seccompProfile of " + PROFILES);
  }

  /** The container's value, else the pod's. */
  private static JsonNode own(JsonNode context, JsonNode podContext, String pointer) {
    return context.at(pointer).isMissingNode() ? podContext.at(pointer) : context.at(pointer);
  }

  private void expect(boolean holds, String where, String expected) {
    if (!holds) {
      findings.add(
          new Finding(
              Rule.RESTRICTED, "pod of " + pod.name() + ", " + where, "expected " + expected));
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static Iterable<String> iterable(JsonNode object) {
    return object::fieldNames;
  }
}
