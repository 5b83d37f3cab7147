package io.github.ldamasio.rbs.audit;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The class-file version of each class in a JAR, read from the classes' headers only. */
final class ClassVersions {
  private static final int MAGIC = 0xCAFEBABE;

  private ClassVersions() {}

  /** A JAR, or a plain file if the bytes or one of the classes cannot be read. */
  static Content.RegularFile read(byte[] bytes) {
    try {
      return new Content.Jar(Sha256.of(bytes), classes(bytes));
    } catch (IOException e) {
      return new Content.Plain(Sha256.of(bytes));
    }
  }

  private static Map<String, Integer> classes(byte[] bytes) throws IOException {
    Map<String, Integer> classes = new HashMap<>();
    try (ZipFile jar = ZipFile.builder().setByteArray(bytes).get()) {
      for (ZipArchiveEntry entry : Collections.list(jar.getEntries())) {
        if (isClass(entry.getName())) {
          classes.put(entry.getName(), majorVersion(jar, entry));
        }
      }
    }
    return classes;
  }

  /** A module's description is no class, and the JVM ignores it on a class path. */
  private static boolean isClass(String name) {
    return name.endsWith(".class")
        && !name.startsWith("META-INF/versions/")
        && !name.equals("module-info.class");
  }

  private static int majorVersion(ZipFile jar, ZipArchiveEntry entry) throws IOException {
    try (DataInputStream header = new DataInputStream(jar.getInputStream(entry))) {
      if (header.readInt() != MAGIC) {
        throw new IOException(
            "class '%s': expected a class file, found other bytes.".formatted(entry.getName()));
      }
      header.readUnsignedShort();
      return header.readUnsignedShort();
    }
  }
}
