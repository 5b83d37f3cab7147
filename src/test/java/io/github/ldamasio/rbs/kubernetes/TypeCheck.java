package io.github.ldamasio.rbs.kubernetes;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads each object as the type that it claims; the types reject unknown fields. */
final class TypeCheck {
  private static final Map<String, Reader> TYPES =
      Map.ofEntries(
          entry("sparkoperator.k8s.io/v1beta2 SparkApplication", SparkOperator::read),
          entry("v1 ConfigMap", V1ConfigMap::fromJson),
          entry("v1 Namespace", V1Namespace::fromJson),
          entry("v1 Pod", V1Pod::fromJson),
          entry("v1 Secret", V1Secret::fromJson),
          entry("v1 Service", V1Service::fromJson),
          entry("v1 ServiceAccount", V1ServiceAccount::fromJson),
          entry("apps/v1 Deployment", V1Deployment::fromJson),
          entry("batch/v1 CronJob", V1CronJob::fromJson),
          entry("batch/v1 Job", V1Job::fromJson),
          entry("networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::fromJson),
          entry("rbac.authorization.k8s.io/v1 Role", V1Role::fromJson),
          entry("rbac.authorization.k8s.io/v1 RoleBinding", V1RoleBinding::fromJson));

  private final Violations violations;

  TypeCheck(Violations violations) {
    this.violations = violations;
  }

  void check(Manifests manifests) {
    Stream.of(
            manifests.objects().stream(),
            manifests.secrets().stream(),
            manifests.executorTemplate())
        .flatMap(objects -> objects)
        .forEach(this::check);
  }

  private void check(ObjectNode object) {
    String type = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    String where = Manifests.title(object);
    Reader reader = TYPES.get(type);
    if (reader == null) {
      String known = String.join(", ", new TreeSet<>(TYPES.keySet()));
      violations.expect(false, Rule.TYPE, where, "one of %s, found %s".formatted(known, type));
      return;
    }
    try {
      reader.read(object.toString());
    } catch (IOException | RuntimeException e) {
      // The message ends with the whole object.
      String found = e.getMessage().replaceFirst("(?s) JSON: .*", "");
      violations.expect(false, Rule.TYPE, where, type + ", found: " + found);
    }
  }

  /** Reads an object of one type. */
  private interface Reader {
    Object read(String json) throws IOException;
  }
}
