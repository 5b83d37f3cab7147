package io.github.ldamasio.rbs.preflight.image;

import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.image.Memory.Role;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Fits a driver into its container, for the role {@code driver} of the entrypoint. The image's
 * default of {@code SPARK_DRIVER_MEMORY} may be more than the container can have: Spark's cluster
 * mode computes the limit from {@code spark.driver.memory}, 1g by default, and ignores the variable
 * of the image. What the user set stays as it is.
 */
public final class DriverMemory {
  /** SPARK_DRIVER_MEMORY in pom.xml. */
  private static final String DEFAULT = "2g";

  private static final String SETTING = "spark.driver.memory";

  /**
   * Spark wants a JVM that counts at least 450 MiB, one and a half times what it reserves
   * (https://spark.apache.org/docs/3.5.0/tuning.html#memory-management-overview). The serial
   * collector does not count one of its survivor spaces, a thirtieth of the heap.
   */
  private static final MemorySize LEAST_HEAP = MemorySize.ofMebibytes(480);

  private final SparkSettings settings;
  private final MemorySize limit;

  DriverMemory(SparkSettings settings, MemorySize limit) {
    this.settings = settings;
    this.limit = limit;
  }

  /**
   * Takes the arguments of spark-submit, and prints the heap to use instead of the default, or
   * nothing. Exit codes: 0, or 2 if the driver cannot fit; standard error says why.
   */
  public static void main(String... words) throws IOException {
    try {
      SparkSettings settings = SubmitArguments.parse(words).settings(System.getenv());
      Optional<MemorySize> heap =
          new DriverMemory(settings, new MemoryLimit(Path.of("/")).read()).fit(System.err);
      heap.ifPresent(size -> System.out.println(size.mebibytes() + "m"));
    } catch (Failure e) {
      System.err.println("entrypoint: " + e.getMessage() + "; " + e.remedy());
      System.exit(2);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      // Not a size, or a file that cannot be read: Spark says so.
      System.exit(0);
    }
  }

  /**
   * The heap to use instead of the image's default, if that does not fit; then a message says so.
   *
   * @throws Failure if no heap fits
   */
  Optional<MemorySize> fit(PrintStream messages) throws Failure {
    MemorySize heap = Memory.heap(Role.DRIVER, settings);
    if (isGiven()) {
      if (heap.isMoreThan(limit)) {
        throw new Failure(
            name()
                + ": expected a heap within the container's limit of "
                + limit
                + ", found "
                + heap,
            "raise the limit to " + needed(heap) + ", or give the driver less");
      }
      return Optional.empty();
    }
    MemorySize fitting = heap;
    while (needed(fitting).isMoreThan(limit)) {
      fitting = MemorySize.ofMebibytes(fitting.mebibytes() - 1);
    }
    if (LEAST_HEAP.isMoreThan(fitting)) {
      throw new Failure(
          "memory limit '" + limit + "': expected at least " + needed(LEAST_HEAP) + " for a driver",
          "raise the limit; the image's default heap needs " + needed(heap));
    }
    if (!heap.isMoreThan(fitting)) {
      return Optional.empty();
    }
    messages.printf(
        "entrypoint: %s, the image's default: expected %s with overhead, found the container's"
            + " limit of %s; the driver gets a heap of %s, set %s to choose%n",
        name(), needed(heap), limit, fitting, SETTING);
    return Optional.of(fitting);
  }

  private boolean isGiven() {
    return settings.property(SETTING).isPresent()
        || !settings.variable(Role.DRIVER.variable()).equals(Optional.of(DEFAULT));
  }

  private String name() {
    return settings
        .property(SETTING)
        .map(value -> SETTING + " '" + value + "'")
        .or(
            () ->
                settings
                    .variable(Role.DRIVER.variable())
                    .map(value -> Role.DRIVER.variable() + " '" + value + "'"))
        .orElse("Spark's default '1g'");
  }

  private MemorySize needed(MemorySize heap) {
    return heap.plus(Memory.overhead(Role.DRIVER, heap, settings));
  }
}
