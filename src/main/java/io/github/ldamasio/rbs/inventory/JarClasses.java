package io.github.ldamasio.rbs.inventory;

import static java.util.stream.Collectors.toList;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The classes of a JAR that any Java would load: without module-info and META-INF/versions. */
public final class JarClasses {
  /** Each module of Spark has this empty class, by which its build makes Maven shade it. */
  private static final String STUB = "org/apache/spark/unused/UnusedStubClass.class";

  /** The class file's version of Java 1.0 is 44. */
  private static final int BEFORE_JAVA_1 = 44;

  private JarClasses() {}

  /**
   * The names of their files, sorted.
   *
   * @throws IllegalArgumentException if the file is no JAR
   */
  public static List<String> names(Path jar) throws IOException {
    try (ZipFile zip = open(jar)) {
      return classes(zip).map(ZipEntry::getName).sorted().collect(toList());
    }
  }

  /** The oldest Java that can load them all, 0 if there are none. */
  public static int java(Path jar) throws IOException {
    int java = 0;
    try (ZipFile zip = open(jar)) {
      List<? extends ZipEntry> classes = classes(zip).collect(toList());
      for (ZipEntry entry : classes) {
        try (DataInputStream bytes = new DataInputStream(zip.getInputStream(entry))) {
          bytes.readInt();
          bytes.readUnsignedShort();
          java = Math.max(java, bytes.readUnsignedShort() - BEFORE_JAVA_1);
        }
      }
    }
    return java;
  }

  private static Stream<? extends ZipEntry> classes(ZipFile zip) {
    return zip.stream()
        .filter(
            entry ->
                entry.getName().endsWith(".class")
                    && !entry.getName().startsWith("META-INF/")
                    && !entry.getName().endsWith("module-info.class")
                    && !entry.getName().equals(STUB));
  }

  private static ZipFile open(Path jar) throws IOException {
    try {
      return new ZipFile(jar.toFile());
    } catch (ZipException e) {
      throw new IllegalArgumentException(
          "JAR '" + jar + "': expected a JAR, found " + e.getMessage(), e);
    }
  }
}
