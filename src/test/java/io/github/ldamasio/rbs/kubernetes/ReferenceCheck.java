package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Finding.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Each name and each selector leads to something that is there; no secret is among it. */
final class ReferenceCheck {
  private final Manifests manifests;
  private final List<Finding> findings = new ArrayList<>();

  private ReferenceCheck(Manifests manifests) {
    this.manifests = manifests;
  }

  static Stream<Finding> findings(Manifests manifests) {
    ReferenceCheck check = new ReferenceCheck(manifests);
    check.ofNamespaces();
    check.ofSelectors();
    check.ofRoleBindings();
    check.ofPods();
    check.ofSecrets();
    return check.findings.stream();
  }

  private void ofNamespaces() {
    List<String> names = manifests.all("Namespace").stream().map(Manifests::name).toList();
    for (ObjectNode object : manifests.objects()) {
      String namespace = object.at("/metadata/namespace").asText();
      expect(
          object.path("kind").asText().equals("Namespace") || names.equals(List.of(namespace)),
          where(object),
          "namespace " + names + ", found '" + namespace + "'");
    }
  }

  private void ofSelectors() {
    for (ObjectNode policy : manifests.all("NetworkPolicy")) {
      selects(policy, policy.at("/spec/podSelector"));
      for (String direction : List.of("ingress/from", "egress/to")) {
        String[] words = direction.split("/");
        for (JsonNode rule : policy.at("/spec/" + words[0])) {
          for (JsonNode peer : rule.path(words[1])) {
            if (peer.has("podSelector") && !peer.has("namespaceSelector")) {
              selects(policy, peer.path("podSelector"));
            }
          }
        }
      }
    }
    for (ObjectNode service : manifests.all("Service")) {
      ObjectNode selector = manifests.objects().get(0).objectNode();
      selector.set("matchLabels", service.at("/spec/selector"));
      selects(service, selector);
    }
  }

  private void selects(ObjectNode object, JsonNode selector) {
    expect(
        manifests.pods().stream().anyMatch(pod -> pod.isSelectedBy(selector)),
        where(object),
        "a selector that selects a pod, found " + selector);
  }

  private void ofRoleBindings() {
    for (ObjectNode binding : manifests.all("RoleBinding")) {
      expect(
          manifests.has(binding.at("/roleRef/kind").asText(), binding.at("/roleRef/name").asText()),
          where(binding),
          "a role that is there");
      for (JsonNode subject : binding.path("subjects")) {
        expect(
            manifests.has(subject.path("kind").asText(), subject.path("name").asText())
                && subject.path("namespace").equals(binding.at("/metadata/namespace")),
            where(binding),
            "a subject of this namespace, found " + subject);
      }
    }
    for (ObjectNode role : manifests.all("Role")) {
      for (JsonNode rule : role.path("rules")) {
        expect(
            rule.path("resources").toString().equals("[\"pods\"]")
                && rule.path("apiGroups").toString().equals("[\"\"]")
                && !rule.path("verbs").toString().contains("*"),
            where(role),
            "named verbs on pods alone, found " + rule);
      }
    }
  }

  private void ofPods() {
    for (Pod pod : manifests.pods()) {
      String where = "pod of " + pod.name();
      String account = pod.spec().path("serviceAccountName").asText("default");
      boolean token = pod.spec().path("automountServiceAccountToken").asBoolean(true);
      expect(
          account.equals("default") ? !token : manifests.has("ServiceAccount", account),
          where,
          "a service account that is there, or no token, found '" + account + "'");
      for (JsonNode volume : pod.spec().path("volumes")) {
        if (volume.has("configMap")) {
          String name = volume.at("/configMap/name").asText();
          expect(manifests.has("ConfigMap", name), where, "ConfigMap '" + name + "'");
        }
      }
      for (JsonNode container : pod.containers()) {
        for (JsonNode source : container.path("envFrom")) {
          String map = source.at("/configMapRef/name").asText();
          String secret = source.at("/secretRef/name").asText();
          expect(
              source.has("configMapRef") ? manifests.has("ConfigMap", map) : isSecret(secret),
              where,
              "ConfigMap '" + map + "' or Secret '" + secret + "', of which there is a template");
        }
      }
    }
  }

  private boolean isSecret(String name) {
    return manifests.secrets().stream().map(Manifests::name).anyMatch(Predicate.isEqual(name));
  }

  private void ofSecrets() {
    for (ObjectNode secret : manifests.all("Secret")) {
      findings.add(
          new Finding(Rule.SECRET, where(secret), "expected none that is applied; see runbook"));
    }
    for (ObjectNode secret : manifests.secrets()) {
      for (String data : List.of("data", "stringData")) {
        secret
            .path(data)
            .properties()
            .forEach(
                entry -> {
                  if (!entry.getValue().asText("-").isEmpty()) {
                    findings.add(
                        new Finding(
                            Rule.SECRET, where(secret), "expected no value of " + entry.getKey()));
                  }
                });
      }
    }
  }

  private void expect(boolean holds, String where, String expected) {
    if (!holds) {
      findings.add(new Finding(Rule.REFERENCE, where, "expected " + expected));
    }
  }

  private static String where(ObjectNode object) {
    return object.path("kind").asText() + " " + Manifests.name(object);
  }
}
