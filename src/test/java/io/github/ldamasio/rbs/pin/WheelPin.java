package io.github.ldamasio.rbs.pin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A line of the Python lock: a distribution in its one version, and the SHA-256 of each file that
 * its publisher's index has for it, for whatever machine.
 */
public record WheelPin(String distribution, String version, Set<String> hashes) {
  private static final Pattern LINE =
      Pattern.compile("(?m)^([A-Za-z0-9._-]+)==([^ \\\\;]+)((?:[ \\\\\n]+--hash=\\S+)*)");
  private static final Pattern HASH = Pattern.compile("--hash=sha256:(\\S+)");

  /** Where a distribution's module has another name than the distribution. */
  private static final Map<String, String> MODULES =
      Map.of(
          "psycopg2-binary", "psycopg2",
          "pyarrow-hotfix", "pyarrow_hotfix",
          "python-dateutil", "dateutil");

  public WheelPin {
    hashes = Set.copyOf(hashes);
  }

  /** All lines of the lock, in its order. */
  public static List<WheelPin> all() {
    try {
      String lock = Files.readString(Project.DIRECTORY.resolve(lock()));
      return LINE.matcher(lock).results().map(WheelPin::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The lock's line of this distribution.
   *
   * @throws NoSuchElementException if it has none
   */
  public static WheelPin of(String distribution) {
    return all().stream()
        .filter(pin -> pin.distribution().equals(distribution))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(lock() + " has no line for " + distribution));
  }

  /** The lock of the phase that is built: its path from the project's directory. */
  public static String lock() {
    return Pom.read().property("image.python.lock");
  }

  /** Whether the lock has a line for this distribution. */
  public static boolean has(String distribution) {
    return all().stream().anyMatch(pin -> pin.distribution().equals(distribution));
  }

  /** The name to import. */
  public String module() {
    return MODULES.getOrDefault(distribution, distribution);
  }

  /** As the lock's line begins. */
  @Override
  public String toString() {
    return distribution + "==" + version;
  }

  private static WheelPin parse(MatchResult line) {
    Set<String> hashes =
        HASH.matcher(line.group(3))
            .results()
            .map(hash -> hash.group(1))
            .collect(Collectors.toSet());
    return new WheelPin(line.group(1), line.group(2), hashes);
  }
}
