package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.WheelPin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The file of a wheel, as its publisher made it. */
record WheelFile(WheelPin pin, Path file) {
  /** The parts of a wheel's {@code .data} that pip puts beside its modules with --target. */
  private static final Set<String> BESIDE_MODULES = Set.of("data", "platlib", "purelib");

  /** The files of this pin that a base with this Python can use. */
  static List<WheelFile> find(Path directory, WheelPin pin, String python) throws IOException {
    String glob = pin.distribution().replace('-', '_') + "-" + pin.version() + "-*.whl";
    List<WheelFile> wheels = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      files.forEach(file -> wheels.add(new WheelFile(pin, file)));
    }
    return wheels.stream().filter(wheel -> wheel.fits(python)).toList();
  }

  Sha256 sha256() throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return Sha256.of(bytes);
    }
  }

  /** Each file of the wheel, at its place below this directory. */
  List<Claim> claims(ImagePath directory) throws IOException {
    List<Claim> claims = new ArrayList<>();
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        if (!entry.isDirectory()) {
          try (InputStream bytes = zip.getInputStream(entry)) {
            ImagePath path = directory.resolve(installedName(entry.getName()));
            claims.add(new Claim(path, "wheel " + pin, "wheel " + pin, Sha256.of(bytes)));
          }
        }
      }
    }
    return claims;
  }

  private boolean fits(String python) {
    return WheelTag.parseFileName(file.getFileName().toString()).stream()
        .anyMatch(tag -> tag.fits(python));
  }

  /** {@code name.data/part/rest} goes where pip puts that part; other files keep their names. */
  private static String installedName(String name) {
    String[] parts = name.split("/", 3);
    if (!parts[0].endsWith(".data")) {
      return name;
    }
    if (parts[1].equals("scripts")) {
      return "bin/" + parts[2];
    }
    if (BESIDE_MODULES.contains(parts[1])) {
      return parts[2];
    }
    throw new IllegalStateException(
        "wheel entry '%s': expected data, platlib, purelib or scripts, found '%s'; add where pip puts that."
            .formatted(name, parts[1]));
  }
}
