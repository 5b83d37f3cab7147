package io.github.ldamasio.rbs.inventory;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Python distribution that pip installed, and the files that its RECORD lists
 * (https://packaging.python.org/en/latest/specifications/recording-installed-packages/). Immutable.
 */
public final class Distribution {
  private static final Pattern DIST_INFO = Pattern.compile("(.+)-([^-]+)\\.dist-info");
  private static final Pattern LINE = Pattern.compile("\"?(.+?)\"?,(?:sha256=)?([^,]*),[0-9]*");

  private final Path info;
  private final String name;
  private final String version;
  private final Map<Path, String> files;

  /** Reads the one with this directory of metadata. */
  public Distribution(Path info) throws IOException {
    Matcher words = DIST_INFO.matcher(info.getFileName().toString());
    if (!words.matches()) {
      throw new IllegalStateException(
          "directory '" + info + "': expected a name like 'boto3-1.34.0.dist-info', found another");
    }
    this.info = info;
    name = words.group(1).replace('_', '-');
    version = words.group(2);
    files = new TreeMap<>();
    for (String line : Files.readAllLines(info.resolve("RECORD"))) {
      files.put(path(line), hexadecimal(fields(line).group(2)));
    }
  }

  /** All distributions in a directory, sorted by their names; none if there is no directory. */
  public static List<Distribution> in(Path directory) throws IOException {
    List<Distribution> found = new ArrayList<>();
    if (Files.exists(directory)) {
      try (Stream<Path> entries = Files.list(directory)) {
        for (Path entry : entries.sorted().collect(toList())) {
          if (entry.toString().endsWith(".dist-info")) {
            found.add(new Distribution(entry));
          }
        }
      }
    }
    return found;
  }

  /** A name in its normal form (PEP 503), by which distributions are compared. */
  public static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
  }

  /**
   * Rewrites RECORD so that it lists what is there, with a file whose hash RECORD does not know.
   * Then each pip can remove the distribution.
   *
   * @param isThere which of the files that pip installed the image has
   * @param added one more file
   */
  public void record(Predicate<Path> isThere, Path added) throws IOException {
    Path record = info.resolve("RECORD");
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(record)) {
      if (isThere.test(path(line))) {
        lines.add(line);
      }
    }
    lines.add(info.getParent().relativize(added) + ",,");
    Files.write(record, lines.stream().sorted().distinct().collect(toList()));
  }

  /** The directory with its metadata. */
  public Path info() {
    return info;
  }

  /** As the lock calls it. */
  public String name() {
    return name;
  }

  public String version() {
    return version;
  }

  /** Its files, sorted, each with its SHA-256, or with an empty text where RECORD has none. */
  public Map<Path, String> files() {
    return files;
  }

  private Path path(String line) {
    return info.resolveSibling(fields(line).group(1)).normalize();
  }

  private Matcher fields(String line) {
    Matcher entry = LINE.matcher(line);
    if (!entry.matches()) {
      throw new IllegalStateException(
          "line '" + line + "' in '" + info + "': expected 'path,hash,size', found another");
    }
    return entry;
  }

  private static String hexadecimal(String base64) {
    StringBuilder text = new StringBuilder();
    for (byte b : Base64.getUrlDecoder().decode(base64)) {
      text.append(String.format("%02x", b));
    }
    return text.toString();
  }
}
