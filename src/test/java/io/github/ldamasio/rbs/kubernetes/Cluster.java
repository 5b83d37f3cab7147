package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Probe.Destination;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The cluster of the current kubeconfig, with the jobs' servers and their overlays deployed. */
final class Cluster implements AutoCloseable {
  /** Where the jobs write their event logs. */
  static final String EVENT_LOGS = "s3a://" + Scene.BUCKET + "/events";

  private static final String ROWS = "30000";

  private final Deque<Runnable> deployed = new ArrayDeque<>();
  private final Map<Variant, Overlay> overlays = new EnumMap<>(Variant.class);
  private final String image;
  private final Destination api = apiServer();
  private Servers servers;

  private Cluster(String image) {
    this.image = image;
  }

  /**
   * Deploys in namespaces of its own.
   *
   * @throws AssertionError if no cluster answers
   */
  static Cluster deploy(String image, Variant... variants) {
    Result ready = Kubectl.run("get", "--raw=/readyz", "--request-timeout=10s");
    if (ready.exitCode() != 0) {
      throw new AssertionError(
          "cluster: expected one that answers kubectl, found '%s'; set KUBECONFIG"
              .formatted(ready.output().strip()));
    }
    Cluster cluster = new Cluster(image);
    try {
      cluster.start(variants);
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private void start(Variant... variants) {
    String name = "rbs-it-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    servers = Servers.start(name + "-servers", image);
    deployed.push(servers::close);
    servers.run("fill_postgres.py", Map.of("ROWS", ROWS));
    Path directory = Manifests.DIRECTORY.resolve("history-server/event_log_directory.py");
    servers
        .namespace()
        .kubectl("cp", directory.toString(), "s3:/tmp/jobs/event_log_directory.py")
        .succeeded();
    servers.run("event_log_directory.py", Map.of("EVENT_LOG_PATH", EVENT_LOGS));
    for (Variant variant : variants) {
      Overlay overlay =
          Overlay.create(name + "-" + variant.directory(), variant, servers, api, image);
      deployed.push(overlay::close);
      overlays.put(variant, overlay);
    }
  }

  private static Destination apiServer() {
    JsonNode subset = new Namespace("default").get("endpoints", "kubernetes").at("/subsets/0");
    return Destination.tcp(
        subset.at("/addresses/0/ip").asText(), subset.at("/ports/0/port").asInt());
  }

  /** The image's name on the nodes. */
  String image() {
    return image;
  }

  /** The API server's own address, which the policy {@code to-kubernetes-api} must name. */
  Destination api() {
    return api;
  }

  Servers servers() {
    return servers;
  }

  Overlay overlay(Variant variant) {
    return overlays.get(variant);
  }

  @Override
  public void close() {
    while (!deployed.isEmpty()) {
      deployed.pop().run();
    }
  }
}
