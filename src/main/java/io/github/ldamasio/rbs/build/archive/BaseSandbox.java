package io.github.ldamasio.rbs.build.archive;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The root directory of a base, kept in the user's cache, and the sandbox in which its programs
 * run. One build at a time has it open.
 */
public final class BaseSandbox implements AutoCloseable {
  private final Path root;
  private final FileChannel lock;
  private final Sandbox sandbox;

  private BaseSandbox(Path root, FileChannel lock, Sandbox sandbox) {
    this.root = root;
    this.lock = lock;
    this.sandbox = sandbox;
  }

  /**
   * Waits for other builds, and unpacks the base if the cache has another one.
   *
   * @param base the base as Jib names it
   * @param inputs what identifies the base's content
   * @throws IllegalStateException if this machine allows no sandbox
   */
  public static BaseSandbox open(Path cache, String base, Inputs inputs)
      throws IOException, InterruptedException {
    return open(cache, base, inputs, Sandbox.values());
  }

  /** In the first of these sandboxes that this machine allows. */
  static BaseSandbox open(Path cache, String base, Inputs inputs, Sandbox... sandboxes)
      throws IOException, InterruptedException {
    Files.createDirectories(cache);
    FileChannel lock =
        FileChannel.open(
            cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock.lock();
      Path root = cache.resolve("root");
      Path mark = cache.resolve("root.key");
      String key = inputs.with("base", base).key();
      if (!Files.exists(mark) || !Files.readString(mark).equals(key)) {
        System.out.println("layers: unpacking the base to " + root);
        Files.deleteIfExists(mark);
        FileTrees.delete(root);
        BaseRoot.unpack(base, root);
        Files.writeString(mark, key);
      }
      return new BaseSandbox(root, lock, available(root, sandboxes));
    } catch (IOException | InterruptedException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Where the base's files are. What is added there must be removed again. */
  Path root() {
    return root;
  }

  /**
   * Runs a program of the base.
   *
   * @param output the directory below the root that it writes to
   * @throws IllegalStateException if it fails
   */
  void run(Path output, String... command) throws IOException, InterruptedException {
    sandbox.run(root, output, command);
  }

  private static Sandbox available(Path root, Sandbox... sandboxes) throws InterruptedException {
    for (Sandbox some : sandboxes) {
      if (some.isAvailable(root)) {
        return some;
      }
    }
    throw new IllegalStateException(
        "sandbox: expected user namespaces, root or a container engine, since the base's own Java and"
            + " Python prepare a fast start, found none; allow one of them, or build an image that"
            + " starts slower with -Pcold");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
