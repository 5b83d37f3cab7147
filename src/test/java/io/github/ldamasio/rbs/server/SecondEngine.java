package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Docker engine of its own beside the machine's: another socket, another data root, on the memory
 * file system, which lists directories in another order; a network namespace of its own, since an
 * engine without a bridge deletes that of the machine. Needs root, {@code dockerd}, {@code docker},
 * and some 4 GB of memory for a while.
 */
public final class SecondEngine implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(1);
  private static final String BRIDGE = "docker0";

  private final Path directory;
  private final Process process;

  /**
   * Starts the engine with a storage driver, and returns when it answers.
   *
   * @throws AssertionError with what it wrote, if it does not within a minute; or if the machine
   *     has lost its bridge by then
   */
  public SecondEngine(String driver) {
    try {
      boolean bridged = hasBridge();
      directory = Files.createTempDirectory(Path.of("/dev/shm"), "engine-");
      process =
          new ProcessBuilder(
                  "unshare",
                  "--net",
                  "dockerd",
                  "--host=" + host(),
                  "--data-root=" + directory.resolve("data"),
                  "--exec-root=" + directory.resolve("exec"),
                  "--pidfile=" + directory.resolve("pid"),
                  "--storage-driver=" + driver,
                  "--bridge=none",
                  "--iptables=false")
              .redirectErrorStream(true)
              .redirectOutput(log().toFile())
              .start();
      awaitAnswer();
      if (bridged && !hasBridge()) {
        close();
        throw new AssertionError(
            "interface '%s': expected it to survive the start of another engine, found none; restart the machine's engine"
                .formatted(BRIDGE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the engine's own command line tool with these arguments, for at most ten minutes. */
  public Result docker(String... arguments) {
    return docker(Duration.ofMinutes(10), arguments);
  }

  private Result docker(Duration limit, String... arguments) {
    return Command.run(
        directory,
        limit,
        Stream.concat(Stream.of("docker", "--host=" + host()), Stream.of(arguments)).toList());
  }

  private void awaitAnswer() throws IOException {
    Instant end = Instant.now().plus(START);
    while (docker(START, "version").exitCode() != 0) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        String output = Files.readString(log());
        close();
        throw new AssertionError(
            "engine 'dockerd': expected an answer within %s, found none; it needs root and wrote:\n%s"
                .formatted(START, output));
      }
    }
  }

  /** Whether the machine's own engine has its default network. */
  private static boolean hasBridge() throws IOException {
    return NetworkInterface.getByName(BRIDGE) != null;
  }

  /** The value of {@code DOCKER_HOST}. */
  public String host() {
    return "unix://" + directory.resolve("docker.sock");
  }

  private Path log() {
    return directory.resolve("log");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Command.run(
        directory,
        START,
        List.of(
            "bash",
            "-c",
            "umount -q \"$0\"/exec/netns/* \"$0\"/data/overlay2/*/merged || true; rm -rf \"$0\"",
            directory.toString()));
  }
}
