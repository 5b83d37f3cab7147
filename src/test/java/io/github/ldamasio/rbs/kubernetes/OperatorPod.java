package io.github.ldamasio.rbs.kubernetes;

import java.nio.file.Path;

/**
 * The Spark operator as a pod of a namespace of its own, for one other namespace: its program
 * beside the image's Spark, without what this image adds to Spark, as in the operator's own image.
 */
final class OperatorPod implements AutoCloseable {
  private static final String NAME = "spark-operator";

  private final Namespace namespace;
  private final String types;

  private OperatorPod(Namespace namespace, String types) {
    this.namespace = namespace;
    this.types = types;
  }

  /** Creates the operator's types and starts it; it may submit in {@code jobs} and nowhere else. */
  static OperatorPod start(Namespace jobs, String image) {
    Path types = SparkOperator.types();
    Namespace namespace = Namespace.create(jobs.name() + "-operator");
    OperatorPod pod = new OperatorPod(namespace, types.toString());
    try {
      pod.start(jobs.name(), image);
      return pod;
    } catch (RuntimeException | AssertionError e) {
      pod.close();
      throw e;
    }
  }

  private void start(String jobs, String image) {
    // Not 'apply', whose annotation would be too long.
    Kubectl.run("create", "--filename=" + types).succeeded();
    namespace.kubectl("create", "serviceaccount", NAME).succeeded();
    new Namespace(jobs)
        .kubectl(
            "create",
            "rolebinding",
            NAME,
            "--clusterrole=cluster-admin",
            "--serviceaccount=" + namespace.name() + ":" + NAME)
        .succeeded();
    namespace.apply(pod(jobs, image));
    String running = "--for=jsonpath={.status.phase}=Running";
    namespace.kubectl("wait", running, "pod/" + NAME, "--timeout=90s").succeeded();
    namespace.kubectl("cp", SparkOperator.program().toString(), NAME + ":/up/operator").succeeded();
    namespace.kubectl("exec", NAME, "--", "touch", "/up/done").succeeded();
    namespace.awaitReady(NAME);
  }

  private static String pod(String jobs, String image) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s}
        spec:
          serviceAccountName: %1$s
          terminationGracePeriodSeconds: 0
          containers:
            - name: %1$s
              image: %2$s
              args: %3$s
              readinessProbe: {httpGet: {path: /readyz, port: 8081}, periodSeconds: 1}
              volumeMounts: [{name: up, mountPath: /up}]
          volumes: [{name: up, emptyDir: {}}]
        """
        .formatted(
            NAME,
            image,
            Json.write(
                new String[] {
                  "bash",
                  "-c",
                  "until [ -e /up/done ]; do sleep 0.1; done; exec "
                      + String.join(" ", ClusterMode.PLAIN)
                      + " /up/operator controller start --namespaces="
                      + jobs
                }));
  }

  /** What it logged. */
  String log() {
    return namespace.kubectl("logs", NAME, "--tail=200").output();
  }

  @Override
  public void close() {
    namespace.close();
    Kubectl.run("delete", "--filename=" + types, "--ignore-not-found").succeeded();
  }
}
