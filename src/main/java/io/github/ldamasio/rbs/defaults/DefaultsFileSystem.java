package io.github.ldamasio.rbs.defaults;

import org.apache.hadoop.fs.FilterFileSystem;

/**
 * Brings the defaults into each JVM that uses Hadoop, drivers and executors alike: Hadoop loads all
 * file systems that are registered as services before it makes the first one. Nobody uses its
 * scheme.
 */
public final class DefaultsFileSystem extends FilterFileSystem {
  static {
    Defaults.register();
  }

  /** For Hadoop's service loader. */
  public DefaultsFileSystem() {}

  @Override
  public String getScheme() {
    return "rbs-defaults";
  }
}
