package io.github.ldamasio.rbs.build.archive;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.build.file.KeyedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The root directory of a base, kept in the user's cache, and the sandbox in which its programs
 * run. One build at a time has it open.
 */
public final class BaseSandbox implements AutoCloseable {
  private final FileChannel lock;
  private final KeyedFile root;
  private final Sandbox sandbox;

  private BaseSandbox(FileChannel lock, KeyedFile root, Sandbox sandbox) {
    this.lock = lock;
    this.root = root;
    this.sandbox = sandbox;
  }

  /**
   * Waits for other builds, and unpacks the base if the cache has another one.
   *
   * @param base the base as Jib names it
   * @param inputs what identifies the base's content
   * @param offline whether to ask no registry for the base
   * @throws IllegalStateException if this machine allows no sandbox
   */
  public static BaseSandbox open(Path cache, String base, Inputs inputs, boolean offline)
      throws IOException, InterruptedException {
    return open(cache, base, inputs, offline, Sandbox.values());
  }

  /** In the first of these sandboxes that this machine allows. */
  static BaseSandbox open(
      Path cache, String base, Inputs inputs, boolean offline, Sandbox... sandboxes)
      throws IOException, InterruptedException {
    Sandbox sandbox = available(sandboxes);
    Files.createDirectories(cache);
    FileChannel lock =
        FileChannel.open(
            cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) {
        System.out.println("layers: waiting for another build, which has " + cache);
        lock.lock();
      }
      Path root = cache.resolve("root");
      KeyedFile kept = new KeyedFile(root, inputs.key());
      boolean isCurrent = kept.isCurrent();
      // Without its key until keepRoot(): whoever is killed meanwhile may leave anything there.
      kept.forget();
      if (!isCurrent) {
        System.out.println("layers: unpacking the base to " + root);
        FileTrees.delete(root);
        BaseRoot.unpack(base, root, offline);
      }
      return new BaseSandbox(lock, kept, sandbox);
    } catch (IOException | InterruptedException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Where the base's files are. */
  public Path root() {
    return root.file();
  }

  /** What these directories of the base hold, sorted, by its paths in the base. */
  public List<String> list(Path... directories) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path directory : directories) {
      Path inRoot = root().resolve(Path.of("/").relativize(directory));
      if (Files.exists(inRoot)) {
        try (Stream<Path> entries = Files.list(inRoot)) {
          entries.forEach(entry -> found.add(directory.resolve(entry.getFileName()).toString()));
        }
      }
    }
    Collections.sort(found);
    return found;
  }

  /** Where its programs run, in words. */
  public String place() {
    return sandbox.place();
  }

  /** Says that all that was added to the root is removed: the next build needs not unpack it. */
  public void keepRoot() throws IOException {
    root.keep();
  }

  /**
   * Runs a program of the base.
   *
   * @param output the directory below the root that it writes to
   * @throws IllegalStateException if it fails
   */
  public void run(Path output, String... command) throws IOException, InterruptedException {
    sandbox.run(root(), output, command);
  }

  private static Sandbox available(Sandbox... sandboxes) throws InterruptedException {
    for (Sandbox some : sandboxes) {
      if (some.isAvailable()) {
        return some;
      }
    }
    throw new IllegalStateException(
        "sandbox: expected user namespaces, root or a container engine, in which the base's own Java"
            + " and Python prepare a fast start, found none; allow one of them, or build an image that"
            + " starts slower with -Pcold");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
