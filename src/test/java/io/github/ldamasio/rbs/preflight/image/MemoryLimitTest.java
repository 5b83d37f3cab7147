package io.github.ldamasio.rbs.preflight.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link MemoryLimit}. */
class MemoryLimitTest {
  private static final String NO_LIMIT_IN_VERSION_1 = "9223372036854771712\n";

  @TempDir private Path root;

  @BeforeEach
  void aMachineOfEightGibibytes() throws IOException {
    write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:         100 kB\n");
  }

  @Test
  void version2SaysItInMemoryMax() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", "3221225472\n");
    assertThat(limit()).isEqualTo(3072);
  }

  @Test
  void version2WithoutALimitIsTheMachine() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", "max\n");
    assertThat(limit()).isEqualTo(8192);
  }

  @Test
  void theLeastLimitOfThoseAroundCounts() throws IOException {
    write("proc/self/cgroup", "0::/pod/container\n");
    write("sys/fs/cgroup/pod/container/memory.max", "max\n");
    write("sys/fs/cgroup/pod/memory.max", "2147483648\n");
    assertThat(limit()).isEqualTo(2048);
  }

  /** The path outside is not there inside, where the own cgroup is mounted at the root. */
  @Test
  void version1SaysItInLimitInBytes() throws IOException {
    write("proc/self/cgroup", "5:cpu:/docker/1\n4:memory:/docker/1\n0::/docker/1\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    assertThat(limit()).isEqualTo(1024);
  }

  @Test
  void version1WithoutALimitIsTheMachine() throws IOException {
    write("proc/self/cgroup", "4:memory:/docker/1\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", NO_LIMIT_IN_VERSION_1);
    assertThat(limit()).isEqualTo(8192);
  }

  private long limit() throws IOException {
    return new MemoryLimit(root).read().mebibytes();
  }

  private void write(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
