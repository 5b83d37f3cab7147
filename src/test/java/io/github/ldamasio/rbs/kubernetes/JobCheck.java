package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.util.List;

/** What this project demands of a job: preflight, bounds, and a token only where it is needed. */
final class JobCheck {
  private final Manifests manifests;
  private final Violations violations;

  JobCheck(Manifests manifests, Violations violations) {
    this.manifests = manifests;
    this.violations = violations;
  }

  void check() {
    manifests.jobs().forEach(this::checkJob);
    manifests.all("CronJob").forEach(this::checkSchedule);
    manifests.all("Deployment").forEach(this::checkServer);
    manifests.all("SparkApplication").forEach(this::checkApplication);
  }

  private void checkJob(ObjectNode job) {
    String where = Manifests.title(job);
    for (String bound :
        List.of("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished")) {
      violations.expect(job.at("/spec/" + bound).isInt(), Rule.JOB, where, "a value of " + bound);
    }
    boolean token = checkPreflight(job, job.at("/spec/template/spec"));
    violations.expect(
        token
            == Pod.driver(job, manifests.propertiesFile())
                .sparkSettings()
                .containsKey("spark.driver.host"),
        Rule.JOB,
        where,
        "a token if and only if executors are pods of their own");
  }

  private void checkSchedule(ObjectNode cronJob) {
    String where = Manifests.title(cronJob);
    for (String bound :
        List.of(
            "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")) {
      violations.expect(
          cronJob.at("/spec/" + bound).isInt(), Rule.JOB, where, "a value of " + bound);
    }
    violations.expect(
        cronJob.at("/spec/timeZone").asText().equals("Etc/UTC")
            && cronJob.at("/spec/concurrencyPolicy").asText().equals("Forbid"),
        Rule.JOB,
        where,
        "the time zone Etc/UTC and the policy Forbid");
  }

  private void checkApplication(ObjectNode application) {
    String where = Manifests.title(application);
    for (String bound :
        List.of(
            "restartPolicy/onFailureRetries",
            "driver/template/spec/activeDeadlineSeconds",
            "timeToLiveSeconds")) {
      violations.expect(
          application.at("/spec/" + bound).isInt(), Rule.JOB, where, "a value of " + bound);
    }
    checkPreflight(application, application.at("/spec/driver/template/spec"));
    JsonNode heap = application.at("/spec/driver/memory");
    violations.expect(
        application.at("/spec/driver/template/spec/initContainers/0/env/0/value").equals(heap),
        Rule.MEMORY,
        where,
        "preflight to check the driver's heap, which is " + heap);
  }

  /** A server needs nothing of Kubernetes. */
  private void checkServer(ObjectNode server) {
    boolean token = checkPreflight(server, server.at("/spec/template/spec"));
    violations.expect(!token, Rule.JOB, Manifests.title(server), "no token");
  }

  /** Checks that preflight comes first; true if the pod has a service account's token. */
  private boolean checkPreflight(ObjectNode object, JsonNode spec) {
    String where = Manifests.title(object);
    JsonNode args = spec.at("/initContainers/0/args");
    violations.expect(
        args.path(0).asText().equals("rbs-preflight"),
        Rule.JOB,
        where,
        "preflight as its first init container");
    boolean token = spec.path("automountServiceAccountToken").asBoolean(true);
    violations.expect(
        token == Json.texts(args).contains("--k8s"),
        Rule.JOB,
        where,
        "preflight with --k8s if and only if the pod has a token");
    return token;
  }
}
