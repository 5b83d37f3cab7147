package io.github.ldamasio.rbs.build.sbom;

import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;
import org.cyclonedx.model.Hash;

/**
 * The image below: of a tar file on this machine each package, JAR and Python distribution, of one
 * in a registry the digest only.
 */
final class BaseImage {
  private static final Pattern PINNED = Pattern.compile("(.+)@sha256:([0-9a-f]{64})");
  private static final Pattern SOURCE_ZIP =
      Pattern.compile(".*/python/lib/(.+?)-([0-9.]+)-src\\.zip");
  private static final Pattern PYTHON_METADATA =
      Pattern.compile(".*(\\.dist-info/METADATA|\\.egg-info/PKG-INFO)");
  private static final Pattern LAYER = Pattern.compile("(.+/)?layer\\.tar(\\.gz)?|.+\\.tar\\.gz");
  private static final String OS_RELEASE = "/usr/lib/os-release";
  private static final String DPKG_STATUS = "/var/lib/dpkg/status";
  private static final String PYSPARK = "/opt/spark/python/pyspark/version.py";

  private final Component image;
  private final List<Component> contents;

  BaseImage(Component image, List<Component> contents) {
    this.image = image;
    this.contents = contents;
  }

  /** Reads a base as Jib names it: {@code tar://} and a file, or a name with a digest. */
  static BaseImage read(String name, JarReader jars) throws IOException {
    Optional<Path> file = Inputs.baseFile(name);
    if (file.isPresent()) {
      return readTar(file.get(), jars);
    }
    Matcher pinned = PINNED.matcher(name);
    if (!pinned.matches()) {
      return new BaseImage(Components.named("base", Type.CONTAINER, name, null), List.of());
    }
    Component image = Components.named("base", Type.CONTAINER, pinned.group(1), null);
    image.setVersion("sha256:" + pinned.group(2));
    image.setHashes(List.of(new Hash(Hash.Algorithm.SHA_256, pinned.group(2))));
    return new BaseImage(image, List.of());
  }

  /** The image itself. */
  Component image() {
    return image;
  }

  /** What is known to be in it. */
  List<Component> contents() {
    return contents;
  }

  private static BaseImage readTar(Path file, JarReader jars) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (TarArchiveInputStream tar = open(Files.newInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (LAYER.matcher(entry.getName()).matches()) {
          collect(tar, BaseImage::isInteresting, files);
        }
      }
    }
    Properties system = properties(files.remove(OS_RELEASE));
    List<Component> contents = new ArrayList<>(DpkgStatus.read(files.remove(DPKG_STATUS), system));
    contents.add(
        Components.named(
            "os", Type.OPERATING_SYSTEM, value(system, "ID"), value(system, "VERSION_ID")));
    for (Map.Entry<String, byte[]> entry : files.entrySet()) {
      contents.add(component(entry.getKey(), entry.getValue(), jars));
    }
    Component image =
        Components.named("base", Type.CONTAINER, "embedded base", value(system, "PRETTY_NAME"));
    return new BaseImage(image, contents);
  }

  private static boolean isInteresting(String path) {
    return path.endsWith(".jar")
        || path.equals(OS_RELEASE)
        || path.equals(DPKG_STATUS)
        || path.equals(PYSPARK)
        || SOURCE_ZIP.matcher(path).matches()
        || PYTHON_METADATA.matcher(path).matches();
  }

  private static Component component(String path, byte[] bytes, JarReader jars) throws IOException {
    if (path.endsWith(".jar")) {
      return jars.read(path, bytes);
    }
    if (PYTHON_METADATA.matcher(path).matches()) {
      return WheelReader.distribution(path, bytes);
    }
    Matcher zip = SOURCE_ZIP.matcher(path);
    Component library =
        zip.matches()
            ? Components.at(path, Type.LIBRARY, zip.group(1), zip.group(2))
            : Components.at(path, Type.LIBRARY, "pyspark", pysparkVersion(bytes));
    library.setPurl(
        Components.purl("pypi", null, library.getName(), library.getVersion(), Map.of()));
    library.setHashes(List.of(Components.sha256(bytes)));
    return library;
  }

  private static String pysparkVersion(byte[] module) {
    Matcher version =
        Pattern.compile("__version__[^'\"]*['\"]([^'\"]+)['\"]")
            .matcher(new String(module, StandardCharsets.UTF_8));
    if (!version.find()) {
      throw new IllegalStateException(
          "file '" + PYSPARK + "': expected __version__ = \"…\", found none");
    }
    return version.group(1);
  }

  private static void collect(InputStream layer, Predicate<String> wanted, Map<String, byte[]> into)
      throws IOException {
    TarArchiveInputStream tar = open(layer);
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      String path = "/" + entry.getName().replaceFirst("^(\\./|/)", "");
      if (entry.isFile() && wanted.test(path)) {
        into.put(path, tar.readAllBytes());
      }
    }
  }

  /** A tar, compressed or not. */
  private static TarArchiveInputStream open(InputStream bytes) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(bytes, 1 << 16);
    buffered.mark(2);
    boolean zipped = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    return new TarArchiveInputStream(zipped ? new GZIPInputStream(buffered) : buffered, "UTF-8");
  }

  private static Properties properties(byte[] file) throws IOException {
    if (file == null) {
      throw new IllegalStateException(
          "base: expected a file '" + OS_RELEASE + "', found none; assemble the base again");
    }
    Properties properties = new Properties();
    properties.load(new ByteArrayInputStream(file));
    return properties;
  }

  private static String value(Properties release, String key) {
    return release.getProperty(key, "").replaceAll("^\"|\"$", "");
  }
}
