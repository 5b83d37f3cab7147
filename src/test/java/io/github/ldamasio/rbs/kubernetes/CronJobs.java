package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** The CronJobs of a namespace, which the cluster's controller starts. */
record CronJobs(Namespace namespace) {
  private static final Duration LIMIT = Duration.ofMinutes(8);

  /** Applies a CronJob with a schedule of each minute. */
  void apply(ObjectNode rendered, boolean suspended) {
    ObjectNode cronJob = rendered.deepCopy();
    ((ObjectNode) cronJob.path("spec")).put("schedule", "* * * * *").put("suspend", suspended);
    ((ObjectNode) cronJob.at("/spec/jobTemplate/spec")).put("backoffLimit", 0);
    namespace.apply(cronJob.toString());
  }

  /** Stops its schedule, or lets it go on. */
  void suspend(String cronJob, boolean suspend) {
    namespace
        .kubectl("patch", "cronjob", cronJob, "--patch={\"spec\": {\"suspend\": " + suspend + "}}")
        .succeeded();
  }

  /** Waits until a job whose name begins so has ended so; returns its logs. */
  String await(String name, String end) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      String jobs = namespace.kubectl("get", "jobs", "--output=json").succeeded().output();
      for (JsonNode job : Json.values(Json.parse(jobs).path("items")).toList()) {
        if (Manifests.name(job).startsWith(name) && job.at("/status/" + end).asInt() > 0) {
          return namespace
              .kubectl("logs", "job/" + Manifests.name(job), "--all-containers", "--tail=-1")
              .output();
        }
      }
      // Until something changes, or for so long.
      namespace.kubectl("get", "jobs", "--watch-only", "--request-timeout=5s");
    }
    throw new AssertionError(
        "job '%s…': expected one that %s within %s, found:\n%s"
            .formatted(name, end, LIMIT, namespace.kubectl("describe", "jobs,pods").output()));
  }
}
