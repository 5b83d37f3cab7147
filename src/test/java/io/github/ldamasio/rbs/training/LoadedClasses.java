package io.github.ldamasio.rbs.training;

import java.util.List;
import java.util.stream.Stream;

/**
 * How many classes a JVM had from the class archive, and from elsewhere: from JARs, from the JDK,
 * and made at run time.
 */
public record LoadedClasses(int shared, int other) {
  /** The JDK's own archive has some 1,300. */
  private static final int MORE_THAN_THE_JDKS = 2500;

  private static final int SHARE_PERCENT = 70;

  /** The option with which a JVM writes what {@link #counted} and the tests' jobs read. */
  public static final String LOG = "-Xlog:class+load:file=/tmp/classes-%p";

  private static final String COUNTED =
      "\"$@\" && awk '/ source: / { other++ } / source: shared objects file/ { shared++; other-- }"
          + " END { print \"driver\", shared + 0, other + 0 }' /tmp/classes-*";

  /** A command that runs another one, and prints what a job prints of the driver's JVM. */
  public static String[] counted(String... command) {
    return Stream.concat(Stream.of("bash", "-c", COUNTED, "bash"), Stream.of(command))
        .toArray(String[]::new);
  }

  /** What the tests' jobs have printed of the JVMs in this role: driver or executor. */
  public static List<LoadedClasses> of(String role, String output) {
    return output
        .lines()
        .filter(line -> line.matches(role + " [0-9]+ [0-9]+"))
        .map(line -> line.split(" "))
        .map(fields -> new LoadedClasses(Integer.parseInt(fields[1]), Integer.parseInt(fields[2])))
        .toList();
  }

  /** Whether the JVM had any class of Spark's from the archive. */
  public boolean useTheArchive() {
    return shared >= MORE_THAN_THE_JDKS;
  }

  /** Whether the archive had most of them. */
  public boolean areFromTheArchive() {
    return useTheArchive() && 100 * shared >= SHARE_PERCENT * (shared + other);
  }
}
