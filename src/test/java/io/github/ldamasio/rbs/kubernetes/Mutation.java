package io.github.ldamasio.rbs.kubernetes;

import static io.github.ldamasio.rbs.kubernetes.Manifests.Variant.EXECUTOR_PODS;
import static io.github.ldamasio.rbs.kubernetes.Manifests.Variant.HISTORY_SERVER;
import static io.github.ldamasio.rbs.kubernetes.Manifests.Variant.ONE_POD;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.ldamasio.rbs.kubernetes.Finding.Rule;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A change that breaks a rule, of a variant's manifests. */
record Mutation(String name, Rule rule, Variant variant, UnaryOperator<Manifests> change) {
  private static final String CONTEXT = "/spec/template/spec/containers/0/securityContext";
  private static final String POD = "/spec/template/spec";
  private static final String MAIN = "/spec/template/spec/containers/0";

  @Override
  public String toString() {
    return rule + ": " + name;
  }

  /** Changes of which each breaks one rule. */
  static Stream<Mutation> all() {
    return Stream.of(types(), images(), restricted(), jobs(), references(), traffic(), memory())
        .flatMap(List::stream);
  }

  private static List<Mutation> types() {
    return List.of(
        bronze("a misspelt field", Rule.TYPE, "/spec", "backofLimit", "1"),
        bronze("a text for a number", Rule.TYPE, "/spec", "activeDeadlineSeconds", "'soon'"),
        bronze("a field of another level", Rule.TYPE, POD, "backoffLimit", "1"),
        bronze("another API group", Rule.TYPE, "", "apiVersion", "'v1'"),
        set(
            "a peer's port",
            Rule.TYPE,
            ONE_POD,
            "NetworkPolicy",
            "to-s3",
            "/spec/egress/0/to/0",
            "port",
            "1"),
        template(
            "a misspelt field in the executors' template", Rule.TYPE, "containers:", "container:"));
  }

  private static List<Mutation> images() {
    String digest = "@sha256:" + "0".repeat(64);
    return List.of(
        bronze("latest", Rule.IMAGE, MAIN, "image", "'ghcr.io/ldamasio/rbs-spark:latest'"),
        bronze(
            "another digest",
            Rule.IMAGE,
            MAIN,
            "image",
            "'ghcr.io/ldamasio/rbs-spark:x" + digest + "'"),
        bronze("no digest", Rule.IMAGE, POD + "/initContainers/0", "image", "'rbs-spark:3.5.0'"),
        argument(
            "another image for executors",
            Rule.IMAGE,
            "container.image=",
            "container.image=rbs-spark"));
  }

  private static List<Mutation> restricted() {
    return List.of(
        bronze("the host's network", Rule.RESTRICTED, POD, "hostNetwork", "true"),
        bronze("the host's processes", Rule.RESTRICTED, POD, "hostPID", "true"),
        bronze("the host's IPC", Rule.RESTRICTED, POD, "hostIPC", "true"),
        bronze("a host's directory", Rule.RESTRICTED, POD + "/volumes/1", "hostPath", "{path: /}"),
        bronze("a container as root", Rule.RESTRICTED, CONTEXT, "runAsUser", "0"),
        server("a server as root", Rule.RESTRICTED, CONTEXT, "runAsUser", "0"),
        bronze("a pod as root", Rule.RESTRICTED, POD + "/securityContext", "runAsUser", "0"),
        bronze("maybe root", Rule.RESTRICTED, POD + "/securityContext", "runAsNonRoot", "false"),
        bronze("a container maybe root", Rule.RESTRICTED, CONTEXT, "runAsNonRoot", "false"),
        bronze("privileged", Rule.RESTRICTED, CONTEXT, "privileged", "true"),
        bronze("escalation", Rule.RESTRICTED, CONTEXT, "allowPrivilegeEscalation", "true"),
        bronze("escalation by default", Rule.RESTRICTED, CONTEXT, "allowPrivilegeEscalation", null),
        bronze("capabilities kept", Rule.RESTRICTED, CONTEXT + "/capabilities", "drop", "[KILL]"),
        bronze("a capability", Rule.RESTRICTED, CONTEXT + "/capabilities", "add", "[SYS_ADMIN]"),
        bronze(
            "an init container's capability",
            Rule.RESTRICTED,
            POD + "/initContainers/0/securityContext/capabilities",
            "add",
            "[NET_RAW]"),
        bronze(
            "no seccomp profile",
            Rule.RESTRICTED,
            POD + "/securityContext",
            "seccompProfile",
            null),
        bronze("no seccomp", Rule.RESTRICTED, CONTEXT, "seccompProfile", "{type: Unconfined}"),
        bronze("no AppArmor", Rule.RESTRICTED, CONTEXT, "appArmorProfile", "{type: Unconfined}"),
        bronze("another /proc", Rule.RESTRICTED, CONTEXT, "procMount", "Unmasked"),
        bronze(
            "a host's port", Rule.RESTRICTED, MAIN, "ports", "[{containerPort: 80, hostPort: 80}]"),
        bronze(
            "an unsafe sysctl",
            Rule.RESTRICTED,
            POD + "/securityContext",
            "sysctls",
            "[{name: kernel.msgmax, value: '1'}]"),
        bronze("an SELinux user", Rule.RESTRICTED, CONTEXT, "seLinuxOptions", "{user: system_u}"),
        bronze(
            "a Windows host process",
            Rule.RESTRICTED,
            CONTEXT,
            "windowsOptions",
            "{hostProcess: true}"),
        template(
            "an executor as root", Rule.RESTRICTED, "runAsNonRoot: true", "runAsNonRoot: false"),
        template(
            "an executor's escalation",
            Rule.RESTRICTED,
            "allowPrivilegeEscalation: false",
            "allowPrivilegeEscalation: true"),
        label("a privileged namespace", "enforce", "privileged"),
        label("no fixed version", "enforce-version", "latest"));
  }

  private static List<Mutation> jobs() {
    return List.of(
        bronze("any number of tries", Rule.JOB, "/spec", "backoffLimit", null),
        bronze("any time", Rule.JOB, "/spec", "activeDeadlineSeconds", null),
        bronze("no end of its life", Rule.JOB, "/spec", "ttlSecondsAfterFinished", null),
        bronze("no preflight", Rule.JOB, POD, "initContainers", null),
        bronze("a writable root", Rule.JOB, CONTEXT, "readOnlyRootFilesystem", "false"),
        bronze("no /tmp", Rule.JOB, MAIN + "/volumeMounts/0", "mountPath", "/var/tmp"),
        bronze("a token for nothing", Rule.JOB, POD, "automountServiceAccountToken", "true"),
        template(
            "a token for executors",
            Rule.JOB,
            "automountServiceAccountToken: false",
            "automountServiceAccountToken: true"),
        bronze("a shell", Rule.ARGUMENTS, MAIN, "args", "[bash, -c, 'spark-submit x.py']"),
        bronze("a shell as command", Rule.ARGUMENTS, MAIN, "command", "[/bin/sh]"),
        bronze(
            "a command substitution",
            Rule.ARGUMENTS,
            MAIN,
            "args",
            "[spark-submit, x.py, --date=$(date)]"),
        bronze(
            "an unknown variable", Rule.ARGUMENTS, MAIN, "args", "[spark-submit, x.py, $(HOST)]"),
        server("no preflight of a server", Rule.JOB, POD, "initContainers", null),
        server("a server's token", Rule.JOB, POD, "automountServiceAccountToken", "true"),
        server("a server's writable root", Rule.JOB, CONTEXT, "readOnlyRootFilesystem", "false"),
        server(
            "an unknown variable in a value",
            Rule.ARGUMENTS,
            MAIN + "/env/1",
            "value",
            "-Da=$(HOST)"),
        bronze("a command in a value", Rule.ARGUMENTS, MAIN + "/env/0", "value", "2g$(date)"));
  }

  private static List<Mutation> references() {
    return List.of(
        set(
            "a policy for nobody",
            Rule.REFERENCE,
            ONE_POD,
            "NetworkPolicy",
            "to-postgresql",
            "/spec/podSelector/matchLabels",
            "app.kubernetes.io/name",
            "gold"),
        set(
            "peers that are none",
            Rule.REFERENCE,
            EXECUTOR_PODS,
            "NetworkPolicy",
            "driver-and-executors",
            "/spec/egress/0/to/0/podSelector/matchLabels",
            "spark-role",
            "worker"),
        set(
            "a Service for nobody",
            Rule.REFERENCE,
            EXECUTOR_PODS,
            "Service",
            "bronze",
            "/spec/selector",
            "spark-role",
            "master"),
        set(
            "another namespace",
            Rule.REFERENCE,
            ONE_POD,
            "Job",
            "bronze",
            "/metadata",
            "namespace",
            "default"),
        set(
            "another account",
            Rule.REFERENCE,
            EXECUTOR_PODS,
            "Job",
            "bronze",
            POD,
            "serviceAccountName",
            "admin"),
        set(
            "another role",
            Rule.REFERENCE,
            EXECUTOR_PODS,
            "RoleBinding",
            "driver",
            "/roleRef",
            "name",
            "admin"),
        set(
            "an account of another namespace",
            Rule.REFERENCE,
            EXECUTOR_PODS,
            "RoleBinding",
            "driver",
            "/subjects/0",
            "namespace",
            "default"),
        set(
            "all verbs",
            Rule.REFERENCE,
            EXECUTOR_PODS,
            "Role",
            "driver",
            "/rules/0",
            "verbs",
            "['*']"),
        set(
            "secrets, too",
            Rule.REFERENCE,
            EXECUTOR_PODS,
            "Role",
            "driver",
            "/rules/0",
            "resources",
            "[pods, secrets]"),
        set(
            "another ConfigMap",
            Rule.REFERENCE,
            ONE_POD,
            "Job",
            "silver",
            MAIN + "/envFrom/0/configMapRef",
            "name",
            "other"),
        set(
            "a Secret without a template",
            Rule.REFERENCE,
            ONE_POD,
            "Job",
            "silver",
            MAIN + "/envFrom/1/secretRef",
            "name",
            "other"),
        new Mutation(
            "a password",
            Rule.SECRET,
            ONE_POD,
            manifests -> {
              ((ObjectNode) manifests.secrets().get(0).path("stringData")).put("PGPASSWORD", "x");
              return manifests;
            }),
        new Mutation(
            "a Secret that is applied",
            Rule.SECRET,
            ONE_POD,
            manifests -> {
              List<ObjectNode> objects = new ArrayList<>(manifests.objects());
              ObjectNode secret = manifests.secrets().get(0).deepCopy();
              secret.withObject("/metadata").put("namespace", "rbs-spark");
              objects.add(secret);
              return new Manifests(objects, manifests.secrets());
            }));
  }

  private static List<Mutation> traffic() {
    String driver = "driver-and-executors";
    String executor = "executor-and-peers";
    return List.of(
        new Mutation(
            "no denial",
            Rule.TRAFFIC,
            ONE_POD,
            manifests ->
                new Manifests(
                    manifests.objects().stream()
                        .filter(object -> !Manifests.name(object).equals("deny-all"))
                        .toList(),
                    manifests.secrets())),
        set(
            "ingress left open",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "deny-all",
            "/spec",
            "policyTypes",
            "[Egress]"),
        set(
            "all ports",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-s3",
            "/spec/egress/0",
            "ports",
            null),
        set(
            "everywhere",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-dns",
            "/spec/egress/0",
            "to",
            null),
        set(
            "any namespace",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-dns",
            "/spec/egress/0/to/0",
            "namespaceSelector",
            "{}"),
        set(
            "any pod of a namespace",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-dns",
            "/spec/egress/0/to/0",
            "podSelector",
            "{}"),
        set(
            "a range of ports",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-s3",
            "/spec/egress/0/ports/0",
            "endPort",
            "65535"),
        set(
            "private addresses",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-s3",
            "/spec/egress/0/to/0/ipBlock",
            "except",
            "[10.0.0.0/8]"),
        set(
            "another port of S3",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-s3",
            "/spec/egress/0/ports/0",
            "port",
            "9000"),
        set(
            "another port of PostgreSQL",
            Rule.TRAFFIC,
            ONE_POD,
            "NetworkPolicy",
            "to-postgresql",
            "/spec/egress/0/ports/0",
            "port",
            "5433"),
        set(
            "another place of PostgreSQL",
            Rule.TRAFFIC,
            ONE_POD,
            "ConfigMap",
            "settings",
            "/data",
            "JDBC_URL",
            "jdbc:postgresql://db.elsewhere.svc/robson"),
        set(
            "another port of the driver's policy",
            Rule.TRAFFIC,
            EXECUTOR_PODS,
            "NetworkPolicy",
            driver,
            "/spec/ingress/0/ports/0",
            "port",
            "7077"),
        set(
            "another port of the executors' policy",
            Rule.TRAFFIC,
            EXECUTOR_PODS,
            "NetworkPolicy",
            executor,
            "/spec/egress/0/ports/1",
            "port",
            "7080"),
        set(
            "a port too many",
            Rule.TRAFFIC,
            EXECUTOR_PODS,
            "NetworkPolicy",
            executor,
            "/spec/ingress/0/ports",
            "",
            "{port: 22}"),
        set(
            "a server for other namespaces",
            Rule.TRAFFIC,
            HISTORY_SERVER,
            "NetworkPolicy",
            "to-history-server",
            "/spec/ingress/0/from/0",
            "namespaceSelector",
            "{}"),
        set(
            "another port of the server's policy",
            Rule.TRAFFIC,
            HISTORY_SERVER,
            "NetworkPolicy",
            "to-history-server",
            "/spec/ingress/0/ports/0",
            "port",
            "8080"),
        set(
            "all ports of the server",
            Rule.TRAFFIC,
            HISTORY_SERVER,
            "NetworkPolicy",
            "to-history-server",
            "/spec/ingress/0",
            "ports",
            null),
        set(
            "all that is here for a pod that serves nothing",
            Rule.TRAFFIC,
            HISTORY_SERVER,
            "Deployment",
            "history-server",
            MAIN,
            "ports",
            null),
        argument("another port of the driver", Rule.TRAFFIC, "driver.port=", "driver.port=7000"),
        argument(
            "another port of blocks", Rule.TRAFFIC, "blockManager.port=", "blockManager.port=7000"),
        argument("another name of the driver", Rule.TRAFFIC, "driver.host=", "driver.host=driver"),
        set(
            "another port of the Service",
            Rule.TRAFFIC,
            EXECUTOR_PODS,
            "Service",
            "silver",
            "/spec/ports/0",
            "port",
            "7000"),
        set(
            "addresses published late",
            Rule.TRAFFIC,
            EXECUTOR_PODS,
            "Service",
            "silver",
            "/spec",
            "publishNotReadyAddresses",
            "false"),
        set(
            "an address of the Service's own",
            Rule.TRAFFIC,
            EXECUTOR_PODS,
            "Service",
            "silver",
            "/spec",
            "clusterIP",
            null));
  }

  private static List<Mutation> memory() {
    return List.of(
        server("a server's larger heap", Rule.MEMORY, MAIN + "/env/0", "value", "2g"),
        bronze("a larger heap", Rule.MEMORY, MAIN + "/env/0", "value", "4g"),
        bronze("a lower limit", Rule.MEMORY, MAIN + "/resources/limits", "memory", "2Gi"),
        bronze("a much higher limit", Rule.MEMORY, MAIN + "/resources/limits", "memory", "8Gi"),
        bronze("no limit", Rule.MEMORY, MAIN + "/resources/limits", "memory", null),
        bronze(
            "another request",
            Rule.MEMORY,
            POD + "/initContainers/0/resources/requests",
            "memory",
            "1Gi"));
  }

  private static Mutation server(
      String name, Rule rule, String pointer, String field, String value) {
    return set(name, rule, HISTORY_SERVER, "Deployment", "history-server", pointer, field, value);
  }

  private static Mutation bronze(
      String name, Rule rule, String pointer, String field, String value) {
    return set(name, rule, ONE_POD, "Job", "bronze", pointer, field, value);
  }

  /** Sets a field to a value of YAML, adds it to an array, or removes it if the value is null. */
  private static Mutation set(
      String name,
      Rule rule,
      Variant variant,
      String kind,
      String object,
      String pointer,
      String field,
      String value) {
    return change(
        name,
        rule,
        variant,
        kind,
        object,
        node -> {
          JsonNode parent = node.at(pointer);
          if (parent instanceof ArrayNode array) {
            array.add(yaml(value));
          } else if (value == null) {
            ((ObjectNode) parent).remove(field);
          } else {
            ((ObjectNode) parent).set(field, yaml(value));
          }
        });
  }

  /** Replaces a text in the template of the executors' pods. */
  private static Mutation template(String name, Rule rule, String text, String other) {
    return change(
        name,
        rule,
        EXECUTOR_PODS,
        "ConfigMap",
        "executor-pod",
        node -> {
          ObjectNode data = (ObjectNode) node.path("data");
          data.put(
              "executor-pod.yaml", data.path("executor-pod.yaml").asText().replace(text, other));
        });
  }

  /** Replaces an argument of bronze's driver that has this text, from there on. */
  private static Mutation argument(String name, Rule rule, String text, String other) {
    return change(
        name,
        rule,
        EXECUTOR_PODS,
        "Job",
        "bronze",
        node -> {
          ArrayNode arguments = (ArrayNode) node.at(MAIN + "/args");
          for (int i = 0; i < arguments.size(); i++) {
            int found = arguments.path(i).asText().indexOf(text);
            if (found >= 0) {
              arguments.set(i, arguments.path(i).asText().substring(0, found) + other);
            }
          }
        });
  }

  private static Mutation label(String name, String label, String value) {
    return set(
        name,
        Rule.RESTRICTED,
        ONE_POD,
        "Namespace",
        "rbs-spark",
        "/metadata/labels",
        "pod-security.kubernetes.io/" + label,
        value);
  }

  private static Mutation change(
      String name,
      Rule rule,
      Variant variant,
      String kind,
      String object,
      Consumer<ObjectNode> change) {
    return new Mutation(
        name,
        rule,
        variant,
        manifests -> {
          change.accept(manifests.get(kind, object));
          return manifests;
        });
  }

  private static JsonNode yaml(String value) {
    try {
      return new YAMLMapper().readTree(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(value, e);
    }
  }
}
