package io.github.ldamasio.rbs.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * cosign with key pairs in a directory, and without the transparency log, whose entries are public
 * and stay for ever.
 */
record Cosign(Path directory, List<String> launcher) {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  Cosign(Path directory) {
    this(directory, List.of("env", "COSIGN_PASSWORD=rehearsal"));
  }

  /** The same in a network namespace of its own, in which it reaches nothing. */
  Cosign withoutNetwork() {
    return new Cosign(directory, List.of("unshare", "--user", "--map-root-user", "--net"));
  }

  /** Makes the key pair {@code NAME.key} and {@code NAME.pub}. */
  void generateKeyPair(String name) {
    run("generate-key-pair", "--output-key-prefix", name).succeeded();
  }

  void sign(String image, String key) {
    run("sign", "--key", key + ".key", "--tlog-upload=false", "--yes", image).succeeded();
  }

  /** Attests the predicate {@code TYPE.json}. */
  void attest(String type, String image, String key) {
    run(
            List.of("attest", "--key", key + ".key", "--tlog-upload=false", "--yes"),
            List.of("--type", type, "--predicate", type + ".json", image))
        .succeeded();
  }

  /** Verifies the signature of an image that is in a registry, or saved here. */
  Result verify(String key, String... image) {
    return run(
        List.of("verify", "--key", key + ".pub", "--insecure-ignore-tlog=true"), List.of(image));
  }

  /** Verifies an attestation; {@link #predicate} reads the output. */
  Result verifyAttestation(String type, String key, String... image) {
    List<String> options = List.of("--key", key + ".pub", "--insecure-ignore-tlog=true");
    return run(concat(List.of("verify-attestation", "--type", type), options), List.of(image));
  }

  /** What was attested. */
  static JsonNode predicate(Result verified) throws IOException {
    String envelope =
        verified
            .succeeded()
            .output()
            .lines()
            .filter(line -> line.startsWith("{\"payloadType\""))
            .findFirst()
            .orElseThrow();
    ObjectMapper json = new ObjectMapper();
    return json.readTree(json.readTree(envelope).path("payload").binaryValue()).path("predicate");
  }

  /** Downloads an image, its signature and its attestations into this directory. */
  Result save(String image, String into) {
    return run("save", "--dir", into, image);
  }

  private Result run(String... arguments) {
    return run(List.of(arguments), List.of());
  }

  private Result run(List<String> arguments, List<String> more) {
    List<String> program = List.of(Project.DIRECTORY.resolve("scripts/cosign.sh").toString());
    return Command.run(
        directory, LIMIT, concat(concat(launcher, program), concat(arguments, more)));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
