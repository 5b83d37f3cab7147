package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Pod Security Standard "restricted", which includes "baseline"
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/); and the namespace
 * enforces it, in a fixed version.
 */
final class RestrictedCheck {
  private static final List<String> VOLUMES =
      List.of(
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
  private static final List<String> PROFILES = List.of("RuntimeDefault", "Localhost");

  private final Violations violations;

  RestrictedCheck(Violations violations) {
    this.violations = violations;
  }

  void check(Manifests manifests) {
    manifests.all("Namespace").forEach(this::checkNamespace);
    manifests.pods().forEach(this::checkPod);
  }

  private void checkNamespace(JsonNode namespace) {
    JsonNode labels = namespace.at("/metadata/labels");
    String level = labels.path("pod-security.kubernetes.io/enforce").asText();
    String version = labels.path("pod-security.kubernetes.io/enforce-version").asText();
    String where = Manifests.title(namespace);
    expect(level.equals("restricted"), where, "to enforce restricted, found " + level);
    expect(version.matches("v1\\.[0-9]+"), where, "a fixed version, found " + version);
  }

  private void checkPod(Pod pod) {
    String where = pod.title();
    JsonNode spec = pod.spec();
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
      expect(!spec.path(shared).asBoolean(), where, "no " + shared);
    }
    for (JsonNode volume : spec.path("volumes")) {
      expect(
          volume.properties().stream()
              .map(Map.Entry::getKey)
              .allMatch(key -> key.equals("name") || VOLUMES.contains(key)),
          where + ", volume " + volume.path("name").asText(),
          "a volume of " + VOLUMES);
    }
    JsonNode context = spec.path("securityContext");
    for (JsonNode sysctl : context.path("sysctls")) {
      String name = sysctl.path("name").asText();
      expect(SYSCTLS.contains(name), where, "safe sysctls, found " + name);
    }
    checkContext(where, context);
    for (JsonNode container : pod.containers()) {
      checkContainer(pod.title(container), container, context);
    }
  }

  /** What neither the pod's nor a container's security context may say. */
  private void checkContext(String where, JsonNode context) {
    expect(context.path("runAsUser").asInt(1) != 0, where, "runAsUser other than 0");
    expect(!context.at("/windowsOptions/hostProcess").asBoolean(), where, "no hostProcess");
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

  private void checkContainer(String where, JsonNode container, JsonNode podContext) {
    JsonNode context = container.path("securityContext");
    checkContext(where, context);
    expect(!context.path("privileged").asBoolean(), where, "privileged: false");
    expect(
        !context.path("allowPrivilegeEscalation").asBoolean(true),
        where,
        "allowPrivilegeEscalation: false");
    expect(
        context.path("procMount").asText("Default").equals("Default"), where, "procMount: Default");
    expect(
        Json.texts(context.at("/capabilities/drop")).contains("ALL"),
        where,
        "capabilities drop: [ALL]");
    expect(
        Set.of("NET_BIND_SERVICE").containsAll(Json.texts(context.at("/capabilities/add"))),
        where,
        "no added capability but NET_BIND_SERVICE");
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
    violations.expect(holds, Rule.RESTRICTED, where, expected);
  }
}
