package io.github.ldamasio.rbs.server;

import static java.nio.file.StandardOpenOption.APPEND;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A registry on a free port of the loopback interface, empty at first: Debian's {@code
 * docker-registry} as a process beside the test, because the engine and Jib reach it there without
 * TLS.
 */
public final class RegistryServer implements AutoCloseable {
  public static final String USER = "robson";
  public static final String PASSWORD = "registry-password";

  /** {@link #USER} and {@link #PASSWORD}, as {@code htpasswd -nbB -C 4} prints them. */
  private static final String HTPASSWD =
      "robson:$2b$04$RMQmn.UJ4ZuPot9DsbxzhuBQEG6K3zu4BO6Qy/NY3NdAuu1s7ZX/a\n";

  private static final String CONFIGURATION =
      """
      version: 0.1
      log:
        accesslog:
          disabled: true
      http:
        addr: 127.0.0.1:0
        relativeurls: true
      storage:
        filesystem:
          rootdirectory: %s
      """;

  private static final String AUTHENTICATION =
      """
      auth:
        htpasswd:
          realm: test
          path: %s
      """;

  private static final String LINK =
      "docker/registry/v2/repositories/%s/_manifests/tags/%s/current/link";

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private final TemporaryDirectory directory = new TemporaryDirectory("registry-");
  private final Path storage = directory.path().resolve("storage");
  private final Path log = directory.path().resolve("log");
  private final Process process;
  private final String address;

  private RegistryServer(String authentication) {
    try {
      Path configuration = directory.path().resolve("config.yml");
      Path passwords = Files.writeString(directory.path().resolve("htpasswd"), HTPASSWD);
      Files.writeString(configuration, CONFIGURATION.formatted(storage));
      Files.writeString(configuration, authentication.formatted(passwords), APPEND);
      process =
          new ProcessBuilder(binary(), "serve", configuration.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      // An interrupted run does not reach close().
      Runtime.getRuntime().addShutdownHook(new Thread(this::close));
      address = "localhost:" + awaitPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a registry in which anyone may push and pull; returns when it listens. */
  public static RegistryServer open() {
    return new RegistryServer("");
  }

  /** Starts a registry that only {@link #USER} may use; returns when it listens. */
  public static RegistryServer withAuthentication() {
    return new RegistryServer(AUTHENTICATION);
  }

  /** Host and port, as they stand before the first slash of an image's name. */
  public String address() {
    return address;
  }

  /** The digest that a tag points to, as it stands on the registry's disk. */
  public String digest(String repository, String tag) {
    try {
      return Files.readString(storage.resolve(LINK.formatted(repository, tag)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files that the registry holds, with the time of their last change. */
  public Map<Path, FileTime> storage() {
    Map<Path, FileTime> found = new TreeMap<>();
    if (Files.exists(storage)) {
      try (Stream<Path> files = Files.walk(storage)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          found.put(file, Files.getLastModifiedTime(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** The bytes that the registry holds: compressed layers, configurations and manifests. */
  public long bytes() {
    return storage().keySet().stream()
        .filter(file -> file.endsWith("data"))
        .mapToLong(file -> file.toFile().length())
        .sum();
  }

  /** Ends the registry and deletes what was pushed to it. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    directory.close();
  }

  private static String binary() {
    Path unpacked = Project.DIRECTORY.resolve(".tools/usr/bin/docker-registry");
    Stream<Path> onPath =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "docker-registry"));
    return Stream.concat(onPath, Stream.of(unpacked))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "command 'docker-registry': expected it on the PATH or as "
                        + unpacked
                        + ", found neither; run scripts/setup.sh"))
        .toString();
  }

  /** The port, which the system chose and the log tells. */
  private String awaitPort() throws IOException {
    Instant limit = Instant.now().plus(LIMIT);
    while (true) {
      boolean ended = hasEndedWithin(Duration.ofMillis(10));
      String written = Files.readString(log);
      Matcher listening = LISTENING.matcher(written);
      if (listening.find()) {
        return listening.group(1);
      }
      if (ended || Instant.now().isAfter(limit)) {
        close();
        throw new IllegalStateException(
            "docker-registry: expected a line with its port, found none; its log:\n" + written);
      }
    }
  }

  private boolean hasEndedWithin(Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while the registry started", e);
  }
}
