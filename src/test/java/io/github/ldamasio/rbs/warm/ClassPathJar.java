package io.github.ldamasio.rbs.warm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A JAR without classes that names Spark's JARs, sorted. A class archive is valid for one class
 * path only, and {@code /opt/spark/jars/*} expands in the order of the directory, which differs
 * from machine to machine.
 */
record ClassPathJar(List<String> jars) {
  /** Where the image has it. */
  static final String PATH = "/opt/rbs-spark/warm/classpath.jar";

  /** Spark's directory, seen from the JAR: HotSpot knows relative names only. */
  private static final String JARS = "../../spark/jars/";

  /** The time that Jib gives to each file; the archive records it. */
  private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1));

  ClassPathJar {
    jars = jars.stream().sorted().toList();
  }

  /** Writes the JAR: the same bytes and the same time for the same names. */
  void write(Path file) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            jars.stream().map(JARS::concat).collect(Collectors.joining(" ")));
    try (OutputStream bytes = Files.newOutputStream(file);
        ZipOutputStream jar = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry(JarFile.MANIFEST_NAME);
      entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      jar.putNextEntry(entry);
      manifest.write(jar);
    }
    Files.setLastModifiedTime(file, TIME);
  }
}
