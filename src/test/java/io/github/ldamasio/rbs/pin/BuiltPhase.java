package io.github.ldamasio.rbs.pin;

import io.github.ldamasio.rbs.build.phase.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The phase of the image under test. */
public final class BuiltPhase {
  private BuiltPhase() {}

  public static Phase read() {
    try {
      return Phase.all(Project.DIRECTORY).stream()
          .filter(phase -> phase.name().equals(Project.property("image.phase")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All its defaults, Hadoop's and those of a driver's JVM, by their names. */
  public static Map<String, String> defaults() {
    Phase phase = read();
    Map<String, String> all = new TreeMap<>(phase.hadoopDefaults());
    all.putAll(phase.driverProperties());
    return all;
  }
}
