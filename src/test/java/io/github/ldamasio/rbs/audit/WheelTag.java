package io.github.ldamasio.rbs.audit;

import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a wheel was built for (PEP 425), as {@code cp311-cp311-manylinux2014_x86_64} or {@code
 * py3-none-any}.
 */
record WheelTag(String python, String abi, String platform) {
  /** Both ask for glibc 2.17 or later; the bases have 2.31 (Ubuntu 20.04, Debian 11) and 2.36. */
  private static final Set<String> PLATFORMS =
      Set.of("any", "manylinux2014_x86_64", "manylinux_2_17_x86_64");

  private static final Pattern NOTE = Pattern.compile("(?m)^Tag: *([^-\\s]+)-([^-\\s]+)-(\\S+)");

  /** The tags at the end of a wheel's file name: each combination of what is between the dots. */
  static List<WheelTag> parseFileName(String name) {
    String[] parts = name.replaceFirst("\\.whl$", "").split("-");
    int last = parts.length - 1;
    return Stream.of(parts[last - 2].split("\\."))
        .flatMap(
            python ->
                Stream.of(parts[last].split("\\."))
                    .map(platform -> new WheelTag(python, parts[last - 1], platform)))
        .toList();
  }

  /** The tags in a wheel's own notes, {@code .dist-info/WHEEL}. */
  static List<WheelTag> parseNotes(String notes) {
    return NOTE.matcher(notes).results().map(WheelTag::parse).toList();
  }

  /** Whether a base with this Python, as {@code 3.11}, can use the wheel. */
  boolean fits(String version) {
    String cpython = "cp" + version.replace(".", "");
    boolean interpreter =
        python.equals(cpython) && Set.of(cpython, "none").contains(abi)
            || python.equals("py3") && abi.equals("none");
    return interpreter && PLATFORMS.contains(platform);
  }

  private static WheelTag parse(MatchResult line) {
    return new WheelTag(line.group(1), line.group(2), line.group(3));
  }

  @Override
  public String toString() {
    return python + "-" + abi + "-" + platform;
  }
}
