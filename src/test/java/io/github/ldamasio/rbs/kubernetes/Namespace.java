package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A namespace that belongs to the test; closing it deletes it with everything in it. */
final class Namespace implements AutoCloseable {
  private final String name;

  /** A namespace of this name, whether or not it exists. */
  Namespace(String name) {
    this.name = name;
  }

  /** Creates a namespace without policies and without Pod Security. */
  static Namespace create(String name) {
    Kubectl.run("create", "namespace", name).succeeded();
    return new Namespace(name);
  }

  String name() {
    return name;
  }

  /** Runs a command of kubectl in this namespace; it may fail. */
  Result kubectl(String... arguments) {
    return kubectl(Duration.ofMinutes(2), arguments);
  }

  /** Runs a command that may last this long. */
  Result kubectl(Duration limit, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--namespace=" + name));
    all.addAll(List.of(arguments));
    return Kubectl.run(limit, all.toArray(String[]::new));
  }

  /** Applies objects, in YAML. */
  void apply(String yaml) {
    try (TemporaryDirectory directory = new TemporaryDirectory("apply-")) {
      Path file = Files.writeString(directory.path().resolve("objects.yaml"), yaml);
      kubectl("apply", "--validate=strict", "--filename=" + file).succeeded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a pod to its end and deletes it; returns its log, whether or not it failed. */
  String runToEnd(String pod, String yaml) {
    apply(yaml);
    String ended = "--for=jsonpath={.status.containerStatuses[0].state.terminated}";
    kubectl("wait", ended, "pod/" + pod, "--timeout=60s").succeeded();
    String log = kubectl("logs", pod).succeeded().output();
    kubectl("delete", "pod", pod).succeeded();
    return log;
  }

  /** An object as the API server has it. */
  JsonNode get(String kind, String object) {
    return Json.parse(kubectl("get", kind, object, "--output=json").succeeded().stdout());
  }

  /** Waits until a pod is ready; fails with its events and logs if it does not become ready. */
  void awaitReady(String pod) {
    Result wait = kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=90s");
    if (wait.exitCode() != 0) {
      throw new AssertionError(wait.output() + describe("pod/" + pod));
    }
  }

  /** An object's events and the logs of its containers. */
  String describe(String object) {
    return "\n"
        + kubectl("describe", object).output()
        + kubectl("logs", object, "--all-containers", "--tail=100").output();
  }

  @Override
  public void close() {
    Kubectl.run(
            Duration.ofMinutes(3), "delete", "namespace", name, "--ignore-not-found", "--wait=true")
        .succeeded();
  }
}
