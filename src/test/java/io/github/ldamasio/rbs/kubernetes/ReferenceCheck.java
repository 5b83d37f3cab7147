package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.util.List;
import java.util.stream.Stream;

/** Each name and each selector leads to something that is there; there is no secret. */
final class ReferenceCheck {
  private final Manifests manifests;
  private final List<Pod> pods;
  private final Violations violations;

  ReferenceCheck(Manifests manifests, Violations violations) {
    this.manifests = manifests;
    this.pods = manifests.pods();
    this.violations = violations;
  }

  void check() {
    checkNamespaces();
    manifests.all("NetworkPolicy").forEach(this::checkPolicy);
    manifests.all("Service").forEach(this::checkService);
    manifests.all("RoleBinding").forEach(this::checkRoleBinding);
    manifests.all("Role").forEach(this::checkRole);
    pods.forEach(this::checkPod);
    checkSecrets();
  }

  private void checkNamespaces() {
    List<String> names = manifests.all("Namespace").stream().map(Manifests::name).toList();
    for (ObjectNode object : manifests.objects()) {
      String namespace = object.at("/metadata/namespace").asText();
      expect(
          object.path("kind").asText().equals("Namespace") || names.equals(List.of(namespace)),
          Manifests.title(object),
          "namespace " + names + ", found " + namespace);
    }
  }

  private void checkPolicy(ObjectNode policy) {
    checkSelector(policy, policy.at("/spec/podSelector"));
    Stream<JsonNode> from =
        Json.values(policy.at("/spec/ingress")).flatMap(rule -> Json.values(rule.path("from")));
    Stream<JsonNode> to =
        Json.values(policy.at("/spec/egress")).flatMap(rule -> Json.values(rule.path("to")));
    Stream.concat(from, to)
        .filter(peer -> peer.has("podSelector") && !peer.has("namespaceSelector"))
        .forEach(peer -> checkSelector(policy, peer.path("podSelector")));
  }

  private void checkSelector(ObjectNode policy, JsonNode selector) {
    expect(
        pods.stream().anyMatch(pod -> pod.isSelectedBy(selector)),
        Manifests.title(policy),
        "a selector of some pod, found " + selector);
  }

  private void checkService(ObjectNode service) {
    JsonNode selector = service.at("/spec/selector");
    expect(
        pods.stream().anyMatch(pod -> pod.hasLabels(selector)),
        Manifests.title(service),
        "a selector of some pod, found " + selector);
  }

  private void checkRoleBinding(ObjectNode binding) {
    String where = Manifests.title(binding);
    JsonNode role = binding.path("roleRef");
    expect(
        manifests.has(role.path("kind").asText(), role.path("name").asText()),
        where,
        "a role that is there, found " + role);
    for (JsonNode subject : binding.path("subjects")) {
      expect(
          manifests.has(subject.path("kind").asText(), subject.path("name").asText())
              && subject.path("namespace").equals(binding.at("/metadata/namespace")),
          where,
          "a subject of this namespace, found " + subject);
    }
  }

  private void checkRole(ObjectNode role) {
    for (JsonNode rule : role.path("rules")) {
      expect(
          rule.path("resources").toString().equals("[\"pods\"]")
              && rule.path("apiGroups").toString().equals("[\"\"]")
              && !rule.path("verbs").toString().contains("*"),
          Manifests.title(role),
          "named verbs on pods alone, found " + rule);
    }
  }

  private void checkPod(Pod pod) {
    String account = pod.spec().path("serviceAccountName").asText("default");
    boolean token = pod.spec().path("automountServiceAccountToken").asBoolean(true);
    expect(
        account.equals("default") ? !token : manifests.has("ServiceAccount", account),
        pod.title(),
        "no token, or a service account that is there, found " + account);
    for (JsonNode volume : pod.spec().path("volumes")) {
      checkConfigMap(pod.title(), volume.at("/configMap/name"));
    }
    for (JsonNode container : pod.containers()) {
      for (JsonNode source : container.path("envFrom")) {
        checkConfigMap(pod.title(container), source.at("/configMapRef/name"));
        JsonNode secret = source.at("/secretRef/name");
        expect(
            secret.isMissingNode()
                || manifests.secrets().stream()
                    .anyMatch(template -> Manifests.name(template).equals(secret.asText())),
            pod.title(container),
            "a template of Secret " + secret);
      }
    }
  }

  private void checkConfigMap(String where, JsonNode name) {
    expect(
        name.isMissingNode() || manifests.has("ConfigMap", name.asText()),
        where,
        "a ConfigMap " + name);
  }

  private void checkSecrets() {
    for (ObjectNode secret : manifests.all("Secret")) {
      violations.expect(false, Rule.SECRET, Manifests.title(secret), "no Secret that is applied");
    }
    for (ObjectNode secret : manifests.secrets()) {
      for (String data : List.of("data", "stringData")) {
        for (var entry : secret.path(data).properties()) {
          violations.expect(
              entry.getValue().asText("-").isEmpty(),
              Rule.SECRET,
              Manifests.title(secret),
              "no value of " + entry.getKey());
        }
      }
    }
  }

  private void expect(boolean holds, String where, String expected) {
    violations.expect(holds, Rule.REFERENCE, where, expected);
  }
}
