package io.github.ldamasio.rbs.preflight.k8s;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import io.github.ldamasio.rbs.preflight.network.NetworkFailures;
import io.github.ldamasio.rbs.preflight.network.Route;
import io.github.ldamasio.rbs.preflight.report.Secrets;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * What a driver in client mode needs of Kubernetes: to create, watch and delete its executors'
 * pods. The API server itself says if it may (SelfSubjectAccessReview); no pod is made.
 */
public final class KubernetesChecks {
  /**
   * All that Spark 3.5.0 uses: without watch its context stops, without the last, pods are left.
   */
  private static final List<String> VERBS =
      List.of("create", "get", "list", "watch", "delete", "deletecollection");

  private final SparkSettings settings;
  private final Secrets secrets;
  private Config config;

  private KubernetesChecks(SparkSettings settings, Secrets secrets) {
    this.settings = settings;
    this.secrets = secrets;
  }

  /** The checks, in the namespace of the pod or in that of spark.kubernetes.namespace. */
  public static Series of(SparkSettings settings, Secrets secrets) {
    KubernetesChecks checks = new KubernetesChecks(settings, secrets);
    return Series.of(
        Check.of("k8s account", checks::configure),
        Check.of("k8s resolve", () -> Route.resolve(checks.server())),
        Check.of("k8s connect", () -> Route.connect(checks.server())),
        Check.of("k8s pods", checks::review));
  }

  private String configure() throws Failure {
    // Spark's client retries; a check does not, so that it stays within its limit.
    config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withConnectionTimeout(5000)
            .withRequestTimeout(8000)
            .withRequestRetryBackoffLimit(0)
            .build();
    secrets.add(config.getOauthToken());
    secrets.add(config.getAutoOAuthToken());
    secrets.add(config.getPassword());
    secrets.add(config.getClientKeyData());
    if (config.getAutoOAuthToken() == null
        && config.getOauthToken() == null
        && config.getClientCertData() == null
        && config.getClientCertFile() == null) {
      throw new Failure(
          "service account: expected a token in /var/run/secrets/kubernetes.io/serviceaccount,"
              + " found none",
          "run it in a pod with automountServiceAccountToken: true and a serviceAccountName");
    }
    return "namespace '" + namespace() + "' at " + server();
  }

  private Endpoint server() {
    URI url = URI.create(config.getMasterUrl());
    return new Endpoint(url.getHost(), url.getPort() > 0 ? url.getPort() : 443);
  }

  private String namespace() {
    String own = config.getNamespace() == null ? "default" : config.getNamespace();
    return settings.property("spark.kubernetes.namespace").orElse(own);
  }

  private String review() throws Failure {
    List<String> denied = new ArrayList<>();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      for (String verb : VERBS) {
        if (!isAllowed(client, verb)) {
          denied.add(verb);
        }
      }
    } catch (KubernetesClientException e) {
      throw failure(e);
    }
    if (!denied.isEmpty()) {
      throw new Failure(
          "service account: must not "
              + String.join(", ", denied)
              + " pods in namespace '"
              + namespace()
              + "'",
          "bind a Role with verbs " + String.join(", ", VERBS) + " on pods to it (RoleBinding)");
    }
    return "may " + String.join(", ", VERBS) + " pods in namespace '" + namespace() + "'";
  }

  private boolean isAllowed(KubernetesClient client, String verb) {
    SelfSubjectAccessReview question =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace())
            .withResource("pods")
            .withVerb(verb)
            .endResourceAttributes()
            .endSpec()
            .build();
    return client
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(question)
        .getStatus()
        .getAllowed();
  }

  private Failure failure(KubernetesClientException e) {
    if (e.getCode() == 401) {
      return new Failure(
          "service account: the API server does not accept its token",
          "restart the pod, so that it gets a new token; a kubeconfig may have expired");
    }
    if (e.getCause() instanceof IOException) {
      return NetworkFailures.of(server(), (IOException) e.getCause());
    }
    return new Failure(
        "API server: status " + e.getCode() + ", " + e.getMessage(),
        "look at the API server's log; it must serve authorization.k8s.io/v1");
  }
}
