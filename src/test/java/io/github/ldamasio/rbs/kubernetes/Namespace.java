package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A namespace of the cluster that is the test's own, and gone with everything in it when closed.
 */
final class Namespace implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;

  /** A namespace of this name, which may not be there yet. */
  Namespace(String name) {
    this.name = name;
  }

  /** Creates an ordinary one: no policies, no Pod Security. */
  static Namespace create(String name) {
    Kubectl.run("create", "namespace", name).succeeded();
    return new Namespace(name);
  }

  String name() {
    return name;
  }

  /** Runs a command of kubectl in this namespace, whatever comes of it. */
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

  /** An object as the API server has it. */
  JsonNode get(String kind, String object) {
    try {
      return JSON.readTree(kubectl("get", kind, object, "--output=json").succeeded().output());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a pod is ready; fails with what it wrote if it does not get so. */
  void awaitReady(String pod) {
    Result wait = kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=90s");
    if (wait.exitCode() != 0) {
      throw new AssertionError(wait.output() + describe("pod/" + pod));
    }
  }

  /** What there is to be known of an object: its events, and what its containers wrote. */
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
