package io.github.ldamasio.rbs.build.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where programs of a base run: in its own root directory, with nothing of the machine but {@code
 * /proc} and {@code /dev}. The same programs leave the same bytes in each.
 */
enum Sandbox {
  /** Namespaces that any user may make, where the kernel allows it. */
  USER_NAMESPACE("a user namespace") {
    @Override
    void run(Path root, Path output, String... command) throws IOException, InterruptedException {
      unshare(List.of("--map-root-user"), root, command);
    }
  },

  /** Namespaces that only root may make. */
  NAMESPACE("namespaces of root") {
    @Override
    void run(Path root, Path output, String... command) throws IOException, InterruptedException {
      unshare(List.of(), root, command);
    }
  },

  /** A container of an image that is made of the root directory and removed again. */
  ENGINE("a container") {
    @Override
    void run(Path root, Path output, String... command) throws IOException, InterruptedException {
      String importing = "set -o pipefail; tar -C \"$1\" -c . | docker import -";
      String image =
          Program.run(List.of("bash", "-euc", importing, "bash", root.toString()))
              .replaceFirst("(?s).*\n", "");
      try {
        List<String> create = new ArrayList<>(List.of("docker", "create", "--network=none", image));
        create.addAll(environment());
        create.addAll(List.of(command));
        String container = Program.run(create);
        try {
          Program.run(List.of("docker", "start", "--attach", container));
          String inContainer = container + ":/" + root.relativize(output) + "/.";
          Program.run(List.of("docker", "cp", inContainer, output.toString()));
        } finally {
          Program.run(List.of("docker", "rm", "--force", container));
        }
      } finally {
        Program.run(List.of("docker", "rmi", image));
      }
    }
  };

  private static final String ENTER =
      "mount -t proc proc \"$1/proc\"; mount --rbind /dev \"$1/dev\"; exec chroot \"$@\"";

  private final String place;

  Sandbox(String place) {
    this.place = place;
  }

  /** What it is, in words. */
  String place() {
    return place;
  }

  /**
   * Runs a command as the sandbox's root.
   *
   * @param output the directory below {@code root} whose files the caller wants
   * @throws IllegalStateException if it does not end with 0, or if the machine does not allow this
   */
  abstract void run(Path root, Path output, String... command)
      throws IOException, InterruptedException;

  /** Whether this machine allows it. */
  boolean isAvailable() throws InterruptedException {
    try {
      if (this == ENGINE) {
        Program.run(List.of("docker", "version"));
      } else {
        run(Path.of("/"), Path.of("/"), "true");
      }
      return true;
    } catch (IOException | IllegalStateException e) {
      return false;
    }
  }

  private static void unshare(List<String> options, Path root, String... command)
      throws IOException, InterruptedException {
    // All of it ends with this process, however that ends.
    List<String> all = new ArrayList<>(List.of("setpriv", "--pdeathsig=KILL", "unshare"));
    all.addAll(List.of("--mount", "--pid", "--fork", "--kill-child"));
    all.addAll(options);
    all.addAll(List.of("bash", "-euc", ENTER, "bash", root.toString()));
    all.addAll(environment());
    all.addAll(List.of(command));
    Program.run(all);
  }

  /** Nothing of the machine's; Java where the official base has it and where Debian does. */
  private static List<String> environment() {
    return List.of(
        "/usr/bin/env",
        "-i",
        "LC_ALL=C",
        "PYTHONHASHSEED=0",
        "PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  }
}
