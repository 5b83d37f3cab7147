package io.github.ldamasio.rbs.build.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import io.github.ldamasio.rbs.server.RegistryGate;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tag never gets a second content: small images, pushed to a real registry. */
class PushIT {
  /** Enough for a busy machine; the guard itself gives 2 s. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private static final String REPOSITORY = "rbs-spark";

  private static RegistryServer registry;
  @TempDir private static Path directory;

  @BeforeAll
  static void startTheRegistry() {
    registry = RegistryServer.open();
  }

  @AfterAll
  static void endTheRegistry() {
    registry.close();
  }

  @Test
  void aFreeTagGetsTheImageAndASecondPushChangesNothing() throws Exception {
    String first = push("free", "content");
    assertThat(first).contains("was free and is " + registry.digest(REPOSITORY, "free") + " now");

    Map<Path, FileTime> pushed = registry.storage();
    assertThat(push("free", "content")).contains("already: nothing to push");
    assertThat(registry.storage()).as("what the second push changed").isEqualTo(pushed);
  }

  @Test
  void aLayerThatTheRegistryHasIsNotSentAgain() throws Exception {
    String large = new Random(1).ints(100_000).boxed().toList().toString();
    push("large", large);
    long before = registry.bytes();
    push("another", "small", large);
    assertThat(registry.bytes() - before).isBetween(1L, 10_000L);
  }

  @Test
  void anotherContentIsRefusedWithBothDigestsAndTheNextFreeRevision() throws Exception {
    push("3.5.0-phase0", "first");
    push("3.5.0-phase0-r1", "second");
    push("third", "third");
    Map<Path, FileTime> before = registry.storage();
    assertThat(refusal(() -> push("3.5.0-phase0", "third")))
        .contains(
            ":3.5.0-phase0': expected none, or " + registry.digest(REPOSITORY, "third"),
            "found " + registry.digest(REPOSITORY, "3.5.0-phase0"),
            "a tag never gets a second content",
            "-Dimage.tag=3.5.0-phase0-r2, which is free");
    assertThat(registry.storage()).as("what the push changed").isEqualTo(before);
  }

  @Test
  void anAnswerThatSaysNeitherYesNorNoIsARefusal() {
    try (RegistryGate gate = RegistryGate.closed(registry)) {
      Map<Path, FileTime> before = registry.storage();
      assertThat(refusal(() -> push(gate.address(), "unknown", PAUSE, "not sent")))
          .contains(":unknown': expected the registry to say what it holds", "503");
      assertThat(registry.storage()).as("what the push changed").isEqualTo(before);
    }
  }

  @Test
  void aRegistryThatIsDownIsNamed() throws IOException {
    String address = "localhost:" + closedPort();
    assertThat(refusal(() -> push(address, "down", PAUSE, "content")))
        .contains(address, "Connection refused");
  }

  /** The gate holds each push until both were told that the tag is free. */
  @Test
  void ofTwoPushesAtTheSameTimeOneEndsWell() {
    try (RegistryGate gate = RegistryGate.open(registry)) {
      List<CompletableFuture<String>> pushes = new ArrayList<>();
      for (String content : List.of("one", "other")) {
        pushes.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return push(gate.address(), "raced", PAUSE, content);
                  } catch (PushRefusedException | InvalidImageReferenceException e) {
                    return e.getMessage();
                  }
                }));
      }
      List<String> ends = pushes.stream().map(CompletableFuture::join).toList();
      assertThat(gate.met()).as("pushes that were told at once that the tag is free").isEqualTo(2);
      String digest = registry.digest(REPOSITORY, "raced");
      assertThat(ends)
          .anyMatch(end -> end.contains("was free and is " + digest + " now"))
          .anyMatch(
              end ->
                  end.contains("found " + digest + "; another push") && end.contains("raced-r1"));
    }
  }

  /** It cannot know what another push was told meanwhile. */
  @Test
  void aPushThatNeedsLongerThanThePauseFails() {
    assertThat(refusal(() -> push(registry.address(), "slow", Duration.ZERO, "content")))
        .contains(":slow': expected to set it within 0 ms", registry.digest(REPOSITORY, "slow"));
  }

  /** A push that nobody races: the pause may be short. */
  private static String push(String tag, String... layers) throws InvalidImageReferenceException {
    return push(registry.address(), tag, Duration.ofMillis(500), layers);
  }

  /** Pushes an image with a layer for each of these contents; returns what the push logged. */
  private static String push(String address, String tag, Duration pause, String... layers)
      throws InvalidImageReferenceException {
    ImageReference target = ImageReference.parse(address + "/" + REPOSITORY + ":" + tag);
    StringBuffer log = new StringBuffer();
    new Push(
            new Registry(target, true, List.of()),
            target,
            "test",
            new Caches(directory.resolve("base"), directory.resolve("application")),
            pause,
            (level, message) -> log.append(message))
        .run(image(layers), "scratch");
    return log.toString();
  }

  private static ContainerBuildPlan image(String... layers) {
    try {
      ContainerBuildPlan.Builder plan = ContainerBuildPlan.builder();
      for (String content : layers) {
        Path file = Files.writeString(Files.createTempFile(directory, "content", null), content);
        AbsoluteUnixPath path = AbsoluteUnixPath.get("/" + content.hashCode());
        plan.addLayer(FileEntriesLayer.builder().addEntry(file, path).build());
      }
      return plan.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String refusal(ThrowingCallable push) {
    return catchThrowableOfType(PushRefusedException.class, push).getMessage();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
