package io.github.ldamasio.rbs.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/**
 * The image that {@code mvn package} left in {@code target/jib-image.tar}, loaded into the local
 * engine. Tests address it by its id and never by its tag, which a build beside this one may move.
 */
public final class Image {
  private static final String LOADED = "Loaded image: ";

  private static String id;

  private Image() {}

  /**
   * The image's id in the engine: {@code sha256:…} of its configuration.
   *
   * @throws IllegalStateException if no engine answers, or if there is no image
   */
  public static synchronized String id() {
    if (id == null) {
      id = load(Project.TARGET);
    }
    return id;
  }

  /**
   * A client of the local engine.
   *
   * @throws IllegalStateException if no engine answers
   */
  public static DockerClient engine() {
    try {
      return DockerClientFactory.instance().client();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "No container engine answers: the smoke tests run the image in one. 'scripts/setup.sh' starts Docker,"
              + " DOCKER_HOST names another engine, 'mvn package' builds the image without tests on it.",
          e);
    }
  }

  /**
   * Loads the image that a build left in this directory, and returns its id.
   *
   * @throws IllegalStateException if no engine answers, or if there is no image
   */
  public static String load(Path directory) {
    try {
      String id = Files.readString(directory.resolve("jib-image.id")).strip();
      if (!isLoaded(id)) {
        try (InputStream tar = Files.newInputStream(directory.resolve("jib-image.tar"))) {
          engine().loadImageCmd(tar).exec();
        }
      }
      if (!isLoaded(id)) {
        throw new IllegalStateException(
            "Image '"
                + id
                + "': expected it in the engine after loading "
                + directory
                + "; run 'mvn package' again.");
      }
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The id of the image that this one adds to: loaded from its file, or pulled.
   *
   * @throws IllegalStateException if no engine answers
   */
  public static String base() {
    return baseFile().map(Image::loadBase).orElseGet(() -> pull(Project.property("base.image")));
  }

  /** The id of an image of a registry, once the engine has it. */
  public static String pull(String name) {
    try {
      engine().pullImageCmd(name).start().awaitCompletion();
      return engine().inspectImageCmd(name).exec().getId();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the engine pulled " + name + ".", e);
    }
  }

  /** The file of a base that does not come from a registry. */
  public static Optional<Path> baseFile() {
    return Inputs.baseFile(Project.property("base.image"));
  }

  private static String loadBase(Path file) {
    try (InputStream tar = Files.newInputStream(file)) {
      String message = engine().loadImageAsyncCmd(tar).start().awaitMessage();
      if (!message.contains(LOADED)) {
        throw new IllegalStateException(
            "Base '%s': expected the engine to say '%s…', found '%s'"
                .formatted(file, LOADED, message));
      }
      String name = message.substring(message.indexOf(LOADED) + LOADED.length()).strip();
      return engine().inspectImageCmd(name).exec().getId();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLoaded(String id) {
    try {
      engine().inspectImageCmd(id).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
