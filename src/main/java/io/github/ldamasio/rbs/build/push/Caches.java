package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.Containerizer;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The directories in which Jib keeps layers: the same as the plugin's, so that nothing is fetched
 * twice.
 */
final class Caches {
  private final Path base;
  private final Path application;

  Caches(Path base, Path application) {
    this.base = base;
    this.application = application;
  }

  /**
   * What the plugin uses with these properties of the command line.
   *
   * @param target the directory of the build
   */
  static Caches of(Properties user, Path target) {
    Path project = target.resolve("jib-cache");
    boolean onlyProject = Boolean.parseBoolean(user.getProperty("jib.useOnlyProjectCache"));
    Path shared = onlyProject ? project : Containerizer.DEFAULT_BASE_CACHE_DIRECTORY;
    return new Caches(
        Path.of(user.getProperty("jib.baseImageCache", shared.toString())),
        Path.of(user.getProperty("jib.applicationCache", project.toString())));
  }

  /** For the layers of the base. */
  Path base() {
    return base;
  }

  /** For the layers that are added. */
  Path application() {
    return application;
  }
}
