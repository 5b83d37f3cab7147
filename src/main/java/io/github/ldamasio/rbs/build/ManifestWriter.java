package io.github.ldamasio.rbs.build;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.manifest.BakedFile;
import io.github.ldamasio.rbs.manifest.Component;
import io.github.ldamasio.rbs.manifest.Component.Kind;
import io.github.ldamasio.rbs.manifest.Manifest;
import io.github.ldamasio.rbs.manifest.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the manifest of what lies in the layer directories. Names and versions come from the
 * files' own names, which Maven and pip gave them; which file belongs to which Python distribution
 * from RECORD
 * (https://packaging.python.org/en/latest/specifications/recording-installed-packages/).
 */
public final class ManifestWriter {
  private static final String JARS = "opt/spark/jars";
  private static final Pattern JAR = Pattern.compile("(.+?)-([0-9][^-]*)\\.jar");
  private static final Pattern DIST_INFO = Pattern.compile("(.+)-([^-]+)\\.dist-info");
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "(\\.\\./|/|bin/).*|[^/]+\\.dist-info/(INSTALLER|RECORD|REQUESTED|direct_url\\.json)");
  private static final Pattern SDK_VERSION =
      Pattern.compile("<aws-java-sdk\\.version>([^<]+)</aws-java-sdk\\.version>");

  private final Path layers;
  private final Path sitePackages;

  private ManifestWriter(Path layers, Path sitePackages) {
    this.layers = layers;
    this.sitePackages = sitePackages;
  }

  /**
   * Arguments: the layer directories' parent; where the Python packages go to in the image, whose
   * layer has the name of that directory's parent; hadoop-aws' parent POM, which says what SDK it
   * asks for; the file to write; then {@code name=version} of everything around.
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> requirements = new TreeMap<>();
    for (String requirement : List.of(arguments).subList(4, arguments.length)) {
      String[] words = requirement.split("=", 2);
      requirements.put(words[0], words[1]);
    }
    requirements.put("aws-java-sdk-bundle", sdkVersion(Path.of(arguments[2])));
    Manifest manifest =
        new Manifest(
            requirements,
            new ManifestWriter(Path.of(arguments[0]), Path.of(arguments[1])).components());
    Path output = Path.of(arguments[3]);
    Files.createDirectories(output.getParent());
    Files.write(output, manifest.lines());
  }

  private List<Component> components() throws IOException {
    List<Component> components = new ArrayList<>();
    for (Path layer : list(layers, "")) {
      for (Path jar : list(layer.resolve(JARS), ".jar")) {
        Matcher name = match(JAR, jar);
        BakedFile file = new BakedFile(Path.of("/").resolve(layer.relativize(jar)), Sha256.of(jar));
        components.add(new Component(Kind.JAR, name.group(1), name.group(2), List.of(file)));
      }
    }
    Path python = layers.resolve(sitePackages.getParent().getFileName());
    for (Path info : list(python, ".dist-info")) {
      Matcher name = match(DIST_INFO, info);
      components.add(
          new Component(
              Kind.PYTHON, name.group(1).replace('_', '-'), name.group(2), recorded(info)));
    }
    return components;
  }

  /** What RECORD lists, but for what the image leaves out (the filters in pom.xml). */
  private List<BakedFile> recorded(Path info) throws IOException {
    List<BakedFile> files = new ArrayList<>();
    for (String line : Files.readAllLines(info.resolve("RECORD"))) {
      String name = line.replaceFirst(",[^,]*,[^,]*$", "").replaceAll("^\"|\"$", "");
      if (!LEFT_OUT.matcher(name).matches()) {
        files.add(new BakedFile(sitePackages.resolve(name), Sha256.of(info.resolveSibling(name))));
      }
    }
    files.sort((a, b) -> a.path().compareTo(b.path()));
    return files;
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
