package io.github.ldamasio.rbs.build;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.inventory.BakedFile;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the inventory of what lies in the layer directories. Names and versions come from the
 * files' own names, which Maven and pip gave them; which file belongs to which Python distribution
 * from RECORD
 * (https://packaging.python.org/en/latest/specifications/recording-installed-packages/).
 */
public final class InventoryWriter {
  private static final String JARS = "opt/spark/jars";
  private static final Pattern JAR = Pattern.compile("(.+?)-([0-9][^-]*)\\.jar");
  private static final Pattern DIST_INFO = Pattern.compile("(.+)-([^-]+)\\.dist-info");
  private static final Pattern RECORDED = Pattern.compile("\"?(.+?)\"?,(?:sha256=)?([^,]*),[0-9]*");
  private static final Pattern SDK_VERSION =
      Pattern.compile("<aws-java-sdk\\.version>([^<]+)</aws-java-sdk\\.version>");

  private final Path layers;
  private final Path sitePackages;
  private final PathMatcher leftOut;

  private InventoryWriter(Path layers, Path sitePackages, String leftOut) {
    this.layers = layers;
    this.sitePackages = sitePackages;
    this.leftOut = FileSystems.getDefault().getPathMatcher("glob:" + leftOut);
  }

  /**
   * Arguments: the layer directories' parent; where the Python packages go to in the image, whose
   * layer has the name of that directory's parent; a glob of what is left out of there; hadoop-aws'
   * parent POM, which says what SDK it asks for; the file to write; then {@code name=version} of
   * everything around.
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> requirements = new TreeMap<>();
    for (String requirement : List.of(arguments).subList(5, arguments.length)) {
      String[] words = requirement.split("=", 2);
      requirements.put(words[0], words[1]);
    }
    requirements.put("aws-java-sdk-bundle", sdkVersion(Path.of(arguments[3])));
    Inventory inventory =
        new Inventory(
            requirements,
            new InventoryWriter(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2])
                .components());
    stampDirectories(Path.of(arguments[0]));
    Path output = Path.of(arguments[4]);
    Files.createDirectories(output.getParent());
    // Beside and then renamed: that it is there tells the next build that all before it was done.
    Path whole = output.resolveSibling("part");
    Files.write(whole, inventory.lines());
    Files.move(whole, output, StandardCopyOption.ATOMIC_MOVE);
  }

  private List<Component> components() throws IOException {
    List<Component> components = new ArrayList<>();
    for (Path layer : list(layers, "")) {
      for (Path jar : list(layer.resolve(JARS), ".jar")) {
        Matcher name = match(JAR, jar);
        String sha256 = Sha256.of(jar);
        stamp(jar, sha256);
        BakedFile file = new BakedFile(Path.of("/").resolve(layer.relativize(jar)), sha256);
        components.add(new Component(Kind.JAR, name.group(1), name.group(2), List.of(file)));
      }
    }
    Path python = layers.resolve(sitePackages.getParent().getFileName());
    for (Path info : list(python, ".dist-info")) {
      Matcher name = match(DIST_INFO, info);
      // In the wheel's own directory, and so in its layer: a bump of another pin does not send it
      // again.
      Path list = info.resolve(Inventory.LIST);
      Files.deleteIfExists(list);
      Files.write(list, recorded(info).stream().map(BakedFile::toString).collect(toList()));
      String sha256 = Sha256.of(list);
      stamp(list, sha256);
      BakedFile file = new BakedFile(sitePackages.resolve(python.relativize(list)), sha256);
      components.add(
          new Component(
              Kind.PYTHON, name.group(1).replace('_', '-'), name.group(2), List.of(file)));
    }
    return components;
  }

  /** What RECORD lists, but for what the image leaves out. */
  private List<BakedFile> recorded(Path info) throws IOException {
    List<BakedFile> files = new ArrayList<>();
    for (String line : Files.readAllLines(info.resolve("RECORD"))) {
      Matcher entry = RECORDED.matcher(line);
      if (!entry.matches()) {
        throw new IllegalStateException(
            "line '" + line + "' in '" + info + "': expected 'path,hash,size', found another");
      }
      Path path = sitePackages.resolve(entry.group(1)).normalize();
      if (path.startsWith(sitePackages) && !leftOut.matches(path)) {
        Path file = info.resolveSibling(entry.group(1));
        String sha256 = Sha256.of(file);
        if (!sha256.equals(hexadecimal(entry.group(2)))) {
          throw new IllegalStateException(
              "file '"
                  + file
                  + "': expected the SHA-256 of RECORD, found '"
                  + sha256
                  + "'; run 'mvn clean package'");
        }
        stamp(file, sha256);
        files.add(new BakedFile(path, sha256));
      }
    }
    files.sort((a, b) -> a.path().compareTo(b.path()));
    return files;
  }

  /**
   * Gives a file a time that is a function of its bytes. Jib compresses a layer anew when the path
   * or the time of one of its files is not what it was, and pip and Maven set that of their run.
   */
  private static void stamp(Path file, String sha256) throws IOException {
    long seconds = Long.parseLong(sha256.substring(0, 7), 16);
    long nanos = Long.parseLong(sha256.substring(7, 14), 16);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(seconds, nanos)));
  }

  /** A directory is a file to Jib, and has no bytes that would tell it from another. */
  private static void stampDirectories(Path layers) throws IOException {
    try (Stream<Path> files = Files.walk(layers)) {
      for (Path directory : files.filter(Files::isDirectory).collect(toList())) {
        Files.setLastModifiedTime(directory, FileTime.fromMillis(0));
      }
    }
  }

  private static String hexadecimal(String base64) {
    StringBuilder text = new StringBuilder();
    for (byte b : Base64.getUrlDecoder().decode(base64)) {
      text.append(String.format("%02x", b));
    }
    return text.toString();
  }

  private static String sdkVersion(Path pom) throws IOException {
    Matcher version = SDK_VERSION.matcher(Files.readString(pom));
    if (!version.find()) {
      throw new IllegalStateException(
          "POM '" + pom + "': expected the property aws-java-sdk.version, found none");
    }
    return version.group(1);
  }

  private static Matcher match(Pattern pattern, Path file) {
    Matcher matcher = pattern.matcher(file.getFileName().toString());
    if (!matcher.matches()) {
      throw new IllegalStateException(
          "file '" + file + "': expected a name like '" + pattern + "', found another");
    }
    return matcher;
  }

  private static List<Path> list(Path directory, String suffix) throws IOException {
    if (Files.notExists(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(entry -> entry.toString().endsWith(suffix)).sorted().collect(toList());
    }
  }
}
