package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Probe.Destination;
import io.github.ldamasio.rbs.scene.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A copy of {@code target/k8s} with the site's files filled in, as the runbook says, for the
 * servers and the API server of the test.
 */
record Site(Path directory, Servers servers, Destination api) {

  /** Copies and fills in; the jobs run in this namespace and write below the variant's name. */
  void write(String namespace, Variant variant, String image) {
    copy();
    Map<String, String> settings = servers.settings();
    String data = "s3a://" + Scene.BUCKET + "/" + variant.directory();
    Map.of(
            "JDBC_URL",
            settings.get("JDBC_URL"),
            "S3_ENDPOINT",
            settings.get("S3_ENDPOINT"),
            "BRONZE_PATH",
            data + "/bronze",
            "SILVER_PATH",
            data + "/silver",
            "BUSINESS_DATE",
            Scene.DAY,
            "EVENT_LOGS",
            "true",
            "EVENT_LOG_PATH",
            Cluster.EVENT_LOGS)
        .forEach(
            (name, value) ->
                edit(
                    "site/settings.env",
                    text -> text.replaceAll("(?m)^" + name + "=.*", name + "=" + value)));
    edit(
        "site/postgresql.yaml",
        text ->
            text.replace(
                "metadata.name: postgresql", "metadata.name: " + servers.namespace().name()));
    edit(
        "site/s3.yaml",
        text ->
            text.replaceAll(
                    "(?s)cidr: .*?      ports:",
                    "cidr: " + servers.address("s3") + "/32\n      ports:")
                .replace("port: 443", "port: 9000"));
    edit(
        "executor-pods/kubernetes-api.yaml",
        text -> text.replace("192.0.2.1", api.host()).replace("port: 6443", "port: " + api.port()));
    int tag = image.lastIndexOf(':');
    for (Variant each :
        List.of(
            Variant.ONE_POD,
            Variant.MAINTENANCE,
            Variant.SCHEDULED,
            Variant.SCHEDULED_EXECUTOR_PODS,
            Variant.SPARK_OPERATOR)) {
      edit(
          each.directory() + "/kustomization.yaml",
          text ->
              text.replaceAll("newName: .*", "newName: " + image.substring(0, tag))
                  .replaceAll("newTag: .*", "newTag: " + image.substring(tag + 1)));
    }
    for (Variant each : Variant.values()) {
      edit(
          each.directory() + "/kustomization.yaml",
          text -> text.replace("namespace: rbs-spark", "namespace: " + namespace));
    }
  }

  private void copy() {
    try (Stream<Path> files = Files.walk(Manifests.DIRECTORY)) {
      for (Path file : files.toList()) {
        Path copy = directory.resolve(Manifests.DIRECTORY.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void edit(String file, UnaryOperator<String> change) {
    Path path = directory.resolve(file);
    try {
      String text = Files.readString(path);
      String changed = change.apply(text);
      if (changed.equals(text)) {
        throw new IllegalStateException(
            "file '" + file + "': expected something to fill in, found none");
      }
      Files.writeString(path, changed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
