package io.github.ldamasio.rbs.preflight.image;

import static java.util.stream.Collectors.toUnmodifiableList;

import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Compares the memory that driver and executor will use with what the container can have. Beyond
 * that, the kernel kills the process, whose last line does not mention memory.
 */
public final class Memory {
  /**
   * The overhead's minimum, and below it its share of the memory
   * (https://spark.apache.org/docs/3.5.0/configuration.html#application-properties).
   */
  private static final MemorySize LEAST_OVERHEAD = MemorySize.ofMebibytes(384);

  private static final String OVERHEAD_FACTOR = "0.10";

  /** For both roles; Spark's cluster mode sets it in the driver's pod: 0.4 for a job in Python. */
  private static final String KUBERNETES_FACTOR = "spark.kubernetes.memoryOverheadFactor";

  private final SparkSettings settings;
  private final MemoryLimit limit;

  private Memory(SparkSettings settings) {
    this.settings = settings;
    this.limit = new MemoryLimit(Path.of("/"));
  }

  /** A check per role. */
  public static List<Series> checks(List<Role> roles, SparkSettings settings) {
    Memory memory = new Memory(settings);
    return roles.stream()
        .map(role -> Series.of(Check.of(role.word() + " memory", () -> memory.look(role))))
        .collect(toUnmodifiableList());
  }

  private String look(Role role) throws IOException, Failure {
    MemorySize heap;
    MemorySize needed;
    try {
      heap = heap(role, settings);
      needed = heap.plus(overhead(role, heap, settings));
    } catch (IllegalArgumentException e) {
      throw new Failure(
          e.getMessage(), "write " + role.variable() + " like 2g, an overhead factor like 0.1");
    }
    MemorySize available = limit.read();
    String sum = heap + " and overhead make " + needed + ", the container can have " + available;
    if (needed.isMoreThan(available)) {
      throw new Failure(
          sum,
          "raise the container's memory limit to "
              + needed
              + ", or lower "
              + role.variable()
              + "; where this container will not be a "
              + role.word()
              + ", give --role "
              + role.other().word());
    }
    return sum;
  }

  /** A setting wins over the variable (https://spark.apache.org/docs/3.5.0/configuration.html). */
  static MemorySize heap(Role role, SparkSettings settings) {
    return MemorySize.parse(
        settings
            .property("spark." + role.word() + ".memory")
            .or(() -> settings.variable(role.variable()))
            .orElse("1g"));
  }

  static MemorySize overhead(Role role, MemorySize heap, SparkSettings settings) {
    String name = "spark." + role.word() + ".memoryOverhead";
    if (settings.property(name).isPresent()) {
      return MemorySize.parse(settings.property(name).get());
    }
    double factor =
        Double.parseDouble(
            settings
                .property(name + "Factor")
                .or(() -> settings.property(KUBERNETES_FACTOR))
                .orElse(OVERHEAD_FACTOR));
    MemorySize part = MemorySize.ofMebibytes((long) (factor * heap.mebibytes()));
    return part.isMoreThan(LEAST_OVERHEAD) ? part : LEAST_OVERHEAD;
  }

  /** What a container of the image can be. */
  public enum Role {
    DRIVER,
    EXECUTOR;

    /** The role's name in settings and options. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    String variable() {
      return "SPARK_" + name() + "_MEMORY";
    }

    Role other() {
      return this == DRIVER ? EXECUTOR : DRIVER;
    }
  }
}
