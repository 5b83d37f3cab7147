package io.github.ldamasio.rbs.preflight.image;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory in whole MiB, as Spark counts. Immutable. */
final class MemorySize {
  private static final Pattern TEXT = Pattern.compile("([0-9]+)([kmgtp]?)b?");

  private final long mebibytes;

  private MemorySize(long mebibytes) {
    this.mebibytes = mebibytes;
  }

  static MemorySize ofMebibytes(long mebibytes) {
    return new MemorySize(mebibytes);
  }

  static MemorySize ofBytes(long bytes) {
    return new MemorySize(bytes >> 20);
  }

  /**
   * What Spark's settings say: 512m, 2g; MiB without a unit
   * (https://spark.apache.org/docs/3.5.0/configuration.html#spark-properties).
   */
  static MemorySize parse(String text) {
    Matcher matcher = TEXT.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "memory '" + text + "': expected a number with k, m, g, t or p, found something else");
    }
    long number = Long.parseLong(matcher.group(1));
    switch (matcher.group(2)) {
      case "k":
        return new MemorySize(number >> 10);
      case "g":
        return new MemorySize(number << 10);
      case "t":
        return new MemorySize(number << 20);
      case "p":
        return new MemorySize(number << 30);
      default:
        return new MemorySize(number);
    }
  }

  long mebibytes() {
    return mebibytes;
  }

  MemorySize plus(MemorySize other) {
    return new MemorySize(mebibytes + other.mebibytes);
  }

  boolean isMoreThan(MemorySize other) {
    return mebibytes > other.mebibytes;
  }

  @Override
  public String toString() {
    return mebibytes + " MiB";
  }
}
