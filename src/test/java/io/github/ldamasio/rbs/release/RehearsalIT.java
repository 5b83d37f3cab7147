package io.github.ldamasio.rbs.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a release does elsewhere, on this machine: the image goes to a registry, is signed with a
 * key pair, and gets its attestations. All of it verifies, and no change goes unseen. Each test
 * leaves the registry as it found it.
 */
@Tag("full")
class RehearsalIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "cosign";

  private static TemporaryDirectory directory;
  private static RegistryServer registry;
  private static Repository repository;
  private static Cosign cosign;
  private static String digest;

  @BeforeAll
  static void release() throws IOException {
    directory = new TemporaryDirectory("rehearsal-");
    registry = RegistryServer.open();
    repository = new Repository(registry.address(), "rbs-spark");
    cosign = new Cosign(directory.path());
    push();
    Files.copy(Project.TARGET.resolve("sbom.json"), predicateFile("cyclonedx"));
    Files.copy(Project.TARGET.resolve("vex.openvex.json"), predicateFile("openvex"));
    JSON.writeValue(predicateFile("slsaprovenance1").toFile(), Provenance.of(repository, digest));

    cosign.generateKeyPair(KEY);
    cosign.generateKeyPair("other");
    cosign.sign(repository.image(digest), KEY);
    cosign.attest("cyclonedx", repository.image(digest), KEY);
    cosign.attest("openvex", repository.image(digest), KEY);
    cosign.attest("slsaprovenance1", repository.image(digest), KEY);
    cosign.save(repository.image(digest), "saved").succeeded();
  }

  @AfterAll
  static void end() {
    registry.close();
    directory.close();
  }

  @Test
  void theSignatureVerifiesWithAndWithoutTheRegistry() {
    cosign.verify(KEY, repository.image(digest)).succeeded();
    cosign.withoutNetwork().verify(KEY, "--local-image", "saved").succeeded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cyclonedx", "openvex", "slsaprovenance1"})
  void theAttestationVerifiesWithAndWithoutTheRegistry(String type) throws IOException {
    JsonNode expected = filled(JSON.readTree(predicateFile(type).toFile()));
    String image = repository.image(digest);
    assertThat(filled(Cosign.predicate(cosign.verifyAttestation(type, KEY, image))))
        .isEqualTo(expected);
    Cosign offline = cosign.withoutNetwork();
    assertThat(
            filled(
                Cosign.predicate(offline.verifyAttestation(type, KEY, "--local-image", "saved"))))
        .isEqualTo(expected);
  }

  @Test
  void aSignatureByAnotherKeyIsRefused() {
    assertThat(cosign.verify("other", repository.image(digest)).failed().output())
        .contains("invalid signature");
  }

  /** The attacker has no signature of that manifest, and copies the one there is. */
  @Test
  void anotherManifestUnderATagIsRefused() throws IOException {
    byte[] other = edited(repository.manifest(digest), manifest -> manifest.put("other", true));
    repository.putManifest("other", other);
    assertThat(cosign.verify(KEY, repository.image("other")).failed().output())
        .contains("no signatures found");
    repository.putManifest(
        companion(Repository.digest(other), "sig"), repository.manifest(companion(digest, "sig")));
    assertThat(cosign.verify(KEY, repository.image("other")).failed().output())
        .contains("no matching signatures");
  }

  @Test
  void aChangedSignatureIsRefused() throws IOException {
    String tag = companion(digest, "sig");
    byte[] original = repository.manifest(tag);
    String field = "dev.cosignproject.cosign/signature";
    byte[] changed =
        edited(
            original,
            manifest -> {
              ObjectNode notes = (ObjectNode) manifest.at("/layers/0/annotations");
              byte[] signature = Base64.getDecoder().decode(notes.get(field).asText());
              signature[signature.length / 2] ^= 1;
              notes.put(field, Base64.getEncoder().encodeToString(signature));
            });
    repository.putManifest(tag, changed);
    try {
      assertThat(cosign.verify(KEY, repository.image(digest)).failed().output())
          .contains("invalid signature");
    } finally {
      repository.putManifest(tag, original);
    }
  }

  /** One component less, below the signature of the original. */
  @Test
  void aChangedSbomIsRefused() throws IOException {
    String tag = companion(digest, "att");
    byte[] original = repository.manifest(tag);
    byte[] envelope =
        edited(
            repository.blob(JSON.readTree(original).at("/layers/0/digest").asText()),
            json -> {
              ObjectNode statement = (ObjectNode) JSON.readTree(json.path("payload").binaryValue());
              ((ArrayNode) statement.at("/predicate/components")).remove(0);
              json.put("payload", JSON.writeValueAsBytes(statement));
            });
    byte[] changed =
        edited(
            original,
            manifest ->
                ((ObjectNode) manifest.at("/layers/0"))
                    .put("size", envelope.length)
                    .put("digest", repository.putBlob(envelope)));
    repository.putManifest(tag, changed);
    try {
      // cosign skips what is not signed, and finds only the other attestations.
      String image = repository.image(digest);
      assertThat(cosign.verifyAttestation("cyclonedx", KEY, image).failed().output())
          .contains("none of the attestations matched the predicate type: cyclonedx");
    } finally {
      repository.putManifest(tag, original);
    }
  }

  /** The manifest and its signature still hold, so the download must notice it. */
  @Test
  void aChangedLayerIsRefused() throws IOException {
    JsonNode layers = JSON.readTree(repository.manifest(digest)).path("layers");
    String layer = layers.path(layers.size() - 1).path("digest").asText();
    Path blob =
        registry.storage().keySet().stream()
            .filter(file -> file.endsWith(Path.of(layer.substring("sha256:".length()), "data")))
            .findFirst()
            .orElseThrow();
    flipBit(blob);
    try {
      assertThat(cosign.save(repository.image(digest), "changed").failed().output())
          .contains("error verifying sha256 checksum");
    } finally {
      flipBit(blob);
    }
  }

  private static void push() throws IOException {
    try (ProjectCopy project = ProjectCopy.ofPackage()) {
      project
          .maven("jib:build")
          .online()
          .with("image.repository", repository.registry() + "/" + repository.name())
          .with("jib.allowInsecureRegistries", true)
          .run()
          .succeeded();
      digest = Files.readString(project.path().resolve("target/jib-image.digest")).strip();
    }
  }

  private static Path predicateFile(String type) {
    return directory.path().resolve(type + ".json");
  }

  /** The tag under which cosign keeps the signatures or attestations of a digest. */
  private static String companion(String digest, String kind) {
    return digest.replace(':', '-') + "." + kind;
  }

  private static void flipBit(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }

  private interface Edit {
    void apply(ObjectNode json) throws IOException;
  }

  private static byte[] edited(byte[] original, Edit edit) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(original);
    edit.apply(json);
    return JSON.writeValueAsBytes(json);
  }

  /** Without the empty fields, of which cosign adds some to a provenance. */
  private static JsonNode filled(JsonNode node) {
    node.forEach(RehearsalIT::filled);
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .removeIf(field -> field.getValue().isEmpty() && field.getValue().asText("").isEmpty());
    }
    return node;
  }
}
