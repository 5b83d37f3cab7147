package io.github.ldamasio.rbs.preflight.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that this container can have: the least of its cgroup's limit, of those around it that
 * can be seen, and of the machine's memory. Version 2 of cgroups says it in {@code memory.max}
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html), version 1 in {@code memory.limit_in_bytes}
 * (https://docs.kernel.org/admin-guide/cgroup-v1/memory.html).
 */
final class MemoryLimit {
  private final Path root;

  /** Looks below this directory: / except in tests. */
  MemoryLimit(Path root) {
    this.root = root;
  }

  MemorySize read() throws IOException {
    long limit = machine();
    for (Path file : candidates()) {
      if (Files.isReadable(file)) {
        String text = Files.readString(file).trim();
        // Version 1 says "no limit" with a number near 2^63, which is more than any machine has.
        limit = text.equals("max") ? limit : Math.min(limit, Long.parseLong(text));
      }
    }
    return MemorySize.ofBytes(limit);
  }

  /**
   * The limit's file for this process's cgroup and each one around it. In a container the cgroup is
   * usually mounted at the root, whatever its path outside.
   */
  private List<Path> candidates() throws IOException {
    List<Path> files = new ArrayList<>();
    Path cgroups = root.resolve("sys/fs/cgroup");
    for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
      String[] fields = line.split(":", 3);
      if (fields[1].isEmpty()) {
        addUpwards(cgroups, fields[2], "memory.max", files);
      } else if (List.of(fields[1].split(",")).contains("memory")) {
        addUpwards(cgroups.resolve("memory"), fields[2], "memory.limit_in_bytes", files);
      }
    }
    return files;
  }

  private static void addUpwards(Path mount, String path, String file, List<Path> files) {
    Path directory = mount.resolve(path.substring(1)).normalize();
    while (directory.startsWith(mount)) {
      files.add(directory.resolve(file));
      directory = directory.getParent();
    }
  }

  private long machine() throws IOException {
    for (String line : Files.readAllLines(root.resolve("proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return Long.MAX_VALUE;
  }
}
