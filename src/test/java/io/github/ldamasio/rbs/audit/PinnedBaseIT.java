package io.github.ldamasio.rbs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A base in a registry, pinned by a digest as the POM pins the official one: that of a manifest, or
 * of a list with a manifest for each platform.
 */
@Tag("full")
class PinnedBaseIT {
  private static final String BASE = "apache/spark";
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static TemporaryDirectory cache;
  private static RegistryServer registry;
  private static String manifest;
  private static String list;

  /** The list begins with another platform, so that taking the first manifest is no way out. */
  @BeforeAll
  static void pushTheBase() throws Exception {
    cache = new TemporaryDirectory("pinned-");
    registry = RegistryServer.open();
    manifest = push(Jib.from(Project.property("base.image")), "one");
    String other =
        push(Jib.fromScratch().setPlatforms(Set.of(new Platform("arm64", "linux"))), "other");
    list = putList(entry(other, "arm64"), entry(manifest, "amd64"));
  }

  @AfterAll
  static void clean() {
    registry.close();
    cache.close();
  }

  @Test
  void theImageStandsOnTheManifest() throws Exception {
    assertImageOn(manifest);
  }

  @Test
  void theImageStandsOnTheManifestThatTheListHasForItsPlatform() throws Exception {
    assertImageOn(list);
  }

  /** As the tests of the base alone do. */
  @Test
  void theEnginePullsTheSameImageByEither() throws Exception {
    String id = get(BASE + "/manifests/" + manifest).path("config").path("digest").asText();
    try {
      assertThat(Image.pull(pinned(manifest))).isEqualTo(id);
      assertThat(Image.pull(pinned(list))).isEqualTo(id);
    } finally {
      Image.engine().removeImageCmd(id).withForce(true).exec();
    }
  }

  /**
   * It is the image of this build, but for the SBOM, which lists a base in a registry otherwise.
   */
  private static void assertImageOn(String digest) throws Exception {
    String repository = "on-" + digest.substring("sha256:".length());
    try (ProjectCopy copy = ProjectCopy.ofPackage()) {
      copy.maven("jib:build")
          .online()
          .with("base.image", pinned(digest))
          .with("image.repository", registry.address() + "/" + repository)
          .with("jib.allowInsecureRegistries", true)
          .run()
          .succeeded();
    }
    JsonNode pushed = get(repository + "/manifests/" + Project.property("image.tag"));
    Configuration found =
        Configuration.parse(
            get(repository + "/blobs/" + pushed.path("config").path("digest").asText()));
    try (ImageTar built = new ImageTar(Project.TARGET.resolve("jib-image.tar"))) {
      Configuration expected = built.configuration();
      assertThat(found).usingRecursiveComparison().ignoringFields("diffIds").isEqualTo(expected);
      assertThat(found.diffIds()).hasSameSizeAs(expected.diffIds());
      assertThat(expected.diffIds()).filteredOn(id -> !found.diffIds().contains(id)).hasSize(1);
    }
  }

  private static String pinned(String digest) {
    return registry.address() + "/" + BASE + "@" + digest;
  }

  /** Pushes an image to the base's repository; returns the digest of its manifest. */
  private static String push(JibContainerBuilder image, String tag) throws Exception {
    return image
        .containerize(
            Containerizer.to(RegistryImage.named(registry.address() + "/" + BASE + ":" + tag))
                .setBaseImageLayersCache(cache.path())
                .setApplicationLayersCache(cache.path())
                .setAllowInsecureRegistries(true))
        .getDigest()
        .toString();
  }

  private static String entry(String digest, String architecture) throws Exception {
    return """
        {"mediaType": "%s", "size": %d, "digest": "%s", "platform": {"os": "linux", "architecture": "%s"}}"""
        .formatted(
            MANIFEST,
            send(request(BASE + "/manifests/" + digest)).body().length,
            digest,
            architecture);
  }

  private static String putList(String... entries) throws Exception {
    String json =
        """
        {"schemaVersion": 2, "mediaType": "%s", "manifests": [%s]}"""
            .formatted(LIST, String.join(", ", entries));
    return send(request(BASE + "/manifests/list")
            .header("Content-Type", LIST)
            .PUT(BodyPublishers.ofString(json)))
        .headers()
        .firstValue("Docker-Content-Digest")
        .orElseThrow();
  }

  private static JsonNode get(String path) throws Exception {
    return JSON.readTree(send(request(path)).body());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + registry.address() + "/v2/" + path))
        .header("Accept", MANIFEST);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 300) {
      throw new IOException(answer + ": " + new String(answer.body()));
    }
    return answer;
  }
}
