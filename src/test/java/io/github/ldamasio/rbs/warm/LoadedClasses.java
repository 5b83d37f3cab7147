package io.github.ldamasio.rbs.warm;

import java.util.List;

/** How many classes a JVM had from class archives and from elsewhere. */
public record LoadedClasses(int shared, int other) {
  /** The JDK's own archive alone has some 1,300. */
  public static final int MANY = 5000;

  private static final int SHARE_PERCENT = 80;

  /** What {@code shared_classes.py} has printed of the JVMs in this role: driver or executor. */
  public static List<LoadedClasses> of(String role, String output) {
    return output
        .lines()
        .map(line -> line.split(" "))
        .filter(fields -> fields[0].equals(role))
        .map(fields -> new LoadedClasses(Integer.parseInt(fields[1]), Integer.parseInt(fields[2])))
        .toList();
  }

  /** Whether a driver used the image's archive. */
  public boolean areFromTheArchive() {
    return shared >= MANY && 100 * shared >= SHARE_PERCENT * (shared + other);
  }

  /** Whether an executor did, which loads fewer classes. */
  public boolean ofAnExecutorAreFromTheArchive() {
    return shared >= MANY / 2 && other < shared / 9;
  }
}
