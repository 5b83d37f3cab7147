package io.github.ldamasio.rbs.preflight.image;

import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The user that the container runs as, and the directories that a job writes to. */
public final class Surroundings {

  private Surroundings() {}

  /** Checks of which none needs another. */
  public static List<Series> checks(SparkSettings settings) {
    return List.of(
        Series.of(Check.of("user", Surroundings::user)),
        writable("/tmp", Path.of("/tmp")),
        writable("work-dir", Path.of("/opt/spark/work-dir")),
        writable("HOME", Path.of(settings.variable("HOME").orElse("/nonexistent"))));
  }

  /** Hadoop's login needs a user name, and Java says '?' if the uid has none. */
  private static String user() throws IOException, Failure {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    String name = System.getProperty("user.name");
    if (name == null || name.isBlank() || name.equals("?")) {
      throw new Failure(
          "uid '" + uid + "': expected a user name, found none; Hadoop's login will fail",
          "start the container through the image's entrypoint, which gives any uid a name");
    }
    return "uid " + uid + ", " + name;
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
