package io.github.ldamasio.rbs.build.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A JAR without classes whose manifest names Spark's JARs in sorted order. An archive is valid for
 * one class path only, and {@code /opt/spark/jars/*} expands in the order of the directory, which
 * differs from machine to machine.
 */
final class ClassPathJar {
  /**
   * Spark's directory as seen from {@code /opt/rbs-spark/archive}: HotSpot takes relative names
   * only.
   */
  private static final String JARS = "../../spark/jars/";

  private ClassPathJar() {}

  /** Writes the JAR: the same bytes for the same names, in whatever order. */
  static void write(Path file, Collection<String> jars) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            jars.stream().sorted().map(JARS::concat).collect(Collectors.joining(" ")));
    try (OutputStream bytes = Files.newOutputStream(file);
        ZipOutputStream jar = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry(JarFile.MANIFEST_NAME);
      // For the first second of 1980, Java adds a field that depends on the time zone.
      entry.setTimeLocal(LocalDateTime.of(1980, 2, 1, 0, 0));
      jar.putNextEntry(entry);
      manifest.write(jar);
    }
  }
}
