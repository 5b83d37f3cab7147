package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.PullImageResultCallback;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.MavenRun;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/** {@code jib:build} against a real registry: what is pushed is what was built and tested. */
class RegistryIT {
  private static ProjectCopy project;

  @BeforeAll
  static void copyTheProject() {
    project = ProjectCopy.ofPackage();
  }

  @AfterAll
  static void deleteTheCopy() {
    project.close();
  }

  @Test
  void thePushedImageHasTheDigestOfTheBuildAndIsPushedOnce() throws Exception {
    try (RegistryServer registry = RegistryServer.open()) {
      String repository = registry.address() + "/rbs-spark";
      push(repository).run().succeeded();
      assertThat(registry.digest("rbs-spark", Project.property("image.tag")))
          .isEqualTo(digest(Project.TARGET));

      Map<Path, FileTime> pushed = registry.storage();
      assertThat(push(repository).run().succeeded().output())
          .contains(digest(Project.TARGET) + " already: nothing to push");
      assertThat(registry.storage()).as("what the second push changed").isEqualTo(pushed);
    }
  }

  /**
   * An engine does not download an image whose configuration it has already, so this one has a tag,
   * and with it a label, that no other image has. The engine, too, works the digest out of the
   * bytes that it gets.
   */
  @Test
  void thePulledImageRuns() throws Exception {
    try (RegistryServer registry = RegistryServer.open()) {
      String repository = registry.address() + "/rbs-spark";
      String tag = "test-" + UUID.randomUUID();
      push(repository).with("image.tag", tag).run().succeeded();
      try (PulledImage image = PulledImage.pull(repository, tag)) {
        assertThat(image.digest()).isEqualTo(digest(project.path().resolve("target")));
        assertThat(image.output("python3", "-c", "import pyarrow; print('it runs')"))
            .isEqualTo("it runs\n");
      }
    }
  }

  @Test
  void aRegistryThatRefusesThePushIsNamed() {
    try (RegistryServer registry = RegistryServer.withAuthentication()) {
      String repository = registry.address() + "/rbs-spark";
      Result push = push(repository).with("sendCredentialsOverHttp", true).run().failed();
      assertThat(push.output()).contains(repository, "401 Unauthorized");
    }
  }

  @Test
  void credentialsOpenARegistry() {
    try (RegistryServer registry = RegistryServer.withAuthentication()) {
      push(registry.address() + "/rbs-spark")
          .with("sendCredentialsOverHttp", true)
          .with("jib.to.auth.username", RegistryServer.USER)
          .with("jib.to.auth.password", RegistryServer.PASSWORD)
          .run()
          .succeeded();
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aRegistryThatIsDownIsNamed() throws IOException {
    String address = "localhost:" + closedPort();
    Result push = push(address + "/rbs-spark").run().failed();
    assertThat(push.output()).contains(address, "Connection refused");
  }

  private static MavenRun push(String repository) {
    return project
        .maven("jib:build")
        .online()
        .with("image.repository", repository)
        .with("jib.allowInsecureRegistries", true);
  }

  /** The digest that Jib gave to the image which it built last. */
  private static String digest(Path target) throws IOException {
    return Files.readString(target.resolve("jib-image.digest")).strip();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** An image that the engine pulls, and forgets at the end. */
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
