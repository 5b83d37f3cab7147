package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.PullImageResultCallback;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.MavenRun;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * {@code jib:build} against a real registry: one push that ends well, one pull, one refusal. {@link
 * io.github.ldamasio.rbs.build.push.PushIT} has what else a push does and refuses.
 */
class RegistryIT {
  private static final String TAG = Project.property("image.tag");

  private static TemporaryDirectory output;
  private static RegistryServer registry;

  @BeforeAll
  static void pushTheImage() {
    output = new TemporaryDirectory("push-");
    registry = RegistryServer.open();
    push("rbs-spark").succeeded();
  }

  @AfterAll
  static void cleanUp() {
    registry.close();
    output.close();
  }

  @Test
  void thePushedImageHasTheDigestOfTheBuild() throws IOException {
    assertThat(registry.digest("rbs-spark", TAG))
        .isEqualTo(Files.readString(Project.TARGET.resolve("jib-image.digest")).strip());
  }

  /** The engine computes the digests of all layers from the bytes that it gets. */
  @Test
  void thePulledImageRuns() throws Exception {
    String tag = "test-" + UUID.randomUUID();
    String digest = push(Jib.from(image("rbs-spark", TAG)), image("rbs-spark", tag), tag);
    try (PulledImage image = PulledImage.pull(registry.address() + "/rbs-spark", tag)) {
      assertThat(image.digest()).isEqualTo(digest);
      assertThat(image.output("python3", "-c", "import pyarrow; print('it runs')"))
          .isEqualTo("it runs\n");
    }
  }

  @Test
  void anotherContentIsRefusedWithTheNextRevision() throws Exception {
    String there = push(Jib.fromScratch(), image("taken", TAG), "another");
    Map<Path, FileTime> before = registry.storage();
    assertThat(push("taken").failed().output())
        .contains(
            "found " + there, "a tag never gets a second content", "-Dimage.tag=" + TAG + "-r1");
    assertThat(registry.storage()).as("what the push changed").isEqualTo(before);
  }

  /** Pushes what {@code package} left, and leaves there what {@code package} wrote. */
  private static Result push(String repository) {
    return new MavenRun(Project.DIRECTORY, "jib:build")
        .online()
        .with("image.repository", registry.address() + "/" + repository)
        .with("jib.allowInsecureRegistries", true)
        .with("jib.outputPaths.digest", output.path().resolve("digest"))
        .with("jib.outputPaths.imageId", output.path().resolve("id"))
        .with("jib.outputPaths.imageJson", output.path().resolve("json"))
        .run();
  }

  /**
   * Pushes an image with a label that no other image has: an engine does not download an image
   * whose configuration it has already.
   */
  private static String push(JibContainerBuilder image, RegistryImage target, String label)
      throws Exception {
    return image
        .addLabel("test", label)
        .containerize(
            Containerizer.to(target)
                .setBaseImageLayersCache(output.path())
                .setApplicationLayersCache(output.path())
                .setAllowInsecureRegistries(true))
        .getDigest()
        .toString();
  }

  private static RegistryImage image(String repository, String tag)
      throws InvalidImageReferenceException {
    return RegistryImage.named(registry.address() + "/" + repository + ":" + tag);
  }

  /** An image that the engine pulls, and removes at the end. */
  private record PulledImage(String repository, String tag) implements AutoCloseable {
    static PulledImage pull(String repository, String tag) throws InterruptedException {
      assertThat(
              Image.engine()
                  .pullImageCmd(repository)
                  .withTag(tag)
                  .exec(new PullImageResultCallback())
                  .awaitCompletion(3, TimeUnit.MINUTES))
          .as("pulled within three minutes")
          .isTrue();
      return new PulledImage(repository, tag);
    }

    String name() {
      return repository + ":" + tag;
    }

    String digest() {
      String prefix = repository + "@";
      return Image.engine().inspectImageCmd(name()).exec().getRepoDigests().stream()
          .filter(name -> name.startsWith(prefix))
          .map(name -> name.substring(prefix.length()))
          .findFirst()
          .orElseThrow();
    }

    /** What a command writes in a container of this image, after it ended with 0. */
    String output(String... command) {
      try (GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(name()))) {
        container
            .withCommand(command)
            .withNetworkMode("none")
            .withStartupCheckStrategy(new OneShotStartupCheckStrategy())
            .start();
        return container.getLogs();
      }
    }

    @Override
    public void close() {
      Image.engine().removeImageCmd(name()).exec();
    }
  }
}
