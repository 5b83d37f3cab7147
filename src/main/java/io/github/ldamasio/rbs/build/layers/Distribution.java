package io.github.ldamasio.rbs.build.layers;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Python distribution that pip installed, and the files that its RECORD lists
 * (https://packaging.python.org/en/latest/specifications/recording-installed-packages/). Immutable.
 */
final class Distribution {
  private static final Pattern DIST_INFO = Pattern.compile("(.+)-([^-]+)\\.dist-info");
  private static final Pattern LINE = Pattern.compile("\"?(.+?)\"?,(?:sha256=)?([^,]*),[0-9]*");

  private final Path info;
  private final String name;
  private final String version;
  private final Map<Path, String> files;

  private Distribution(Path info) throws IOException {
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
      Matcher entry = LINE.matcher(line);
      if (!entry.matches()) {
        throw new IllegalStateException(
            "line '" + line + "' in '" + info + "': expected 'path,hash,size', found another");
      }
      files.put(info.resolveSibling(entry.group(1)).normalize(), hexadecimal(entry.group(2)));
    }
  }

  /** All distributions in a directory, sorted by their names; none if there is no directory. */
  static List<Distribution> in(Path directory) throws IOException {
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

  /** The directory with its metadata. */
  Path info() {
    return info;
  }

  /** As the lock calls it. */
  String name() {
    return name;
  }

  String version() {
    return version;
  }

  /** Its files, sorted, each with its SHA-256, or with an empty text where RECORD has none. */
  Map<Path, String> files() {
    return files;
  }

  private static String hexadecimal(String base64) {
    StringBuilder text = new StringBuilder();
    for (byte b : Base64.getUrlDecoder().decode(base64)) {
      text.append(String.format("%02x", b));
    }
    return text.toString();
  }
}
