package io.github.ldamasio.rbs.preflight.image;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The user that the container runs as, and the directories that a job writes to. */
public final class Surroundings {

  private static final Path SPARK = Path.of("/opt/spark");
  private static final Path WORK_DIR = SPARK.resolve("work-dir");

  private Surroundings() {}

  /** Checks of which none needs another. */
  public static List<Series> checks(SparkSettings settings) {
    return List.of(
        Series.of(Check.of("user", Surroundings::user)),
        Series.of(Check.of("read-only runtime", Surroundings::runtime)),
        writable("/tmp", Path.of("/tmp")),
        writable("work-dir", WORK_DIR),
        writable("HOME", Path.of(settings.variable("HOME").orElse("/nonexistent"))));
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

  private static Series writable(String name, Path directory) {
    return Series.of(Check.of(name + " writable", () -> write(directory)));
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
