package io.github.ldamasio.rbs.preflight.image;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The user that the container runs as, and the directories that a job writes to. */
public final class Surroundings {
  private static final Path SPARK = Path.of("/opt/spark");
  private static final Path WORK_DIR = SPARK.resolve("work-dir");

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private Surroundings() {}

  /** The checks of the user and of each directory. */
  public static List<Series> checks(SparkSettings settings) {
    return List.of(
        Series.of(Check.of("user", Surroundings::user)),
        Series.of(Check.of("read-only runtime", Surroundings::runtime)),
        Series.of(
            writable("/tmp", Path.of("/tmp")), Check.of("native libraries", Surroundings::execute)),
        Series.of(writable("work-dir", WORK_DIR)),
        Series.of(writable("HOME", Path.of(settings.variable("HOME").orElse("/nonexistent")))));
  }

  /** Hadoop's login needs a user name, and Java says '?' if the uid has none. */
  private static String user() throws IOException, Failure {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    String name = System.getProperty("user.name");
    if (name == null || name.isBlank() || name.equals("?")) {
      throw new Failure(
          "uid '" + uid + "': expected a user name, found none; Hadoop's login will fail",
          "make /tmp writable for this uid: the image then gives it a name");
    }
    return "uid " + uid + ", " + name;
  }

  /** A job that can change Spark itself can change what the next job in this container does. */
  private static String runtime() throws IOException, Failure {
    List<Path> writable;
    try (Stream<Path> files = Files.walk(SPARK)) {
      writable =
          files
              .filter(file -> !file.startsWith(WORK_DIR) && !Files.isSymbolicLink(file))
              .filter(Files::isWritable)
              .sorted()
              .collect(toList());
    }
    if (!writable.isEmpty()) {
      throw Failure.warning(
          "'"
              + SPARK
              + "': expected nothing that this user can change, found "
              + writable.size()
              + " files and directories, the first of them '"
              + writable.get(0)
              + "'",
          "give the container a read-only root (readOnlyRootFilesystem: true, docker run"
              + " --read-only) with volumes at /tmp and the working directory");
    }
    return "this user can change nothing in " + SPARK;
  }

  /** Where the mount says noexec, no library can be loaded and no program started. */
  private static String execute() throws IOException, InterruptedException, Failure {
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    write(directory);
    Path probe = Files.createTempFile(directory, ".rbs-preflight-", null, OWNER_ONLY);
    try {
      Files.writeString(probe, "#!/bin/sh\n");
      for (int retries = 10; ; retries--) {
        try {
          new ProcessBuilder(probe.toString()).start().waitFor();
          return "can be loaded from " + directory;
        } catch (IOException e) {
          // A child of another check may have the file open, as this check did when it forked.
          if (retries == 0 || !String.valueOf(e.getMessage()).contains("Text file busy")) {
            throw notExecutable(directory, e);
          }
          Thread.sleep(50);
        }
      }
    } finally {
      Files.delete(probe);
    }
  }

  private static Failure notExecutable(Path directory, IOException e) {
    return new Failure(
        "directory '"
            + directory
            + "': expected files that can be executed, found a mount with noexec ("
            + e.getMessage()
            + "); Spark unpacks the native libraries of snappy, zstd and lz4 there",
        "mount it with exec (docker run --tmpfs /tmp:exec; an emptyDir of Kubernetes is so), or"
            + " name another directory by -Djava.io.tmpdir in spark.driver.extraJavaOptions and"
            + " spark.executor.extraJavaOptions");
  }

  private static Check writable(String name, Path directory) {
    return Check.of(name + " writable", () -> write(directory));
  }

  private static String write(Path directory) throws Failure {
    try {
      Path probe = Files.createTempFile(directory, ".rbs-preflight-", null);
      Files.write(probe, new byte[1]);
      Files.delete(probe);
      return directory.toString();
    } catch (IOException e) {
      throw new Failure(
          "directory '" + directory + "': expected to be writable, found " + e,
          "mount a volume there (Kubernetes: emptyDir, and fsGroup for an owner of its own)");
    }
  }
}
