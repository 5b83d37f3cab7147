package io.github.ldamasio.rbs.pin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A line of the Python lock: a distribution in its one version. */
public record WheelPin(String distribution, String version) {
  private static final Pattern LINE = Pattern.compile("(?m)^([A-Za-z0-9._-]+)==([^ \\\\;]+)");

  /** Where a distribution's module has another name than the distribution. */
  private static final Map<String, String> MODULES =
      Map.of("psycopg2-binary", "psycopg2", "python-dateutil", "dateutil");

  /** All lines of the lock, in its order. */
  public static List<WheelPin> all() {
    try {
      String lock = Files.readString(Project.DIRECTORY.resolve("python-requirements.txt"));
      return LINE.matcher(lock).results().map(WheelPin::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name to import. */
  public String module() {
    return MODULES.getOrDefault(distribution, distribution);
  }

  private static WheelPin parse(MatchResult line) {
    return new WheelPin(line.group(1), line.group(2));
  }
}
