package io.github.ldamasio.rbs.build.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * A class archive of JDK 17, as its {@code filemap.hpp} and {@code cds.h} lay it out: a header with
 * a checksum, and regions, each with one of its own.
 *
 * <p>Two dumps of the same classes differ in one address: that of a table in {@code libjvm.so},
 * which the kernel maps somewhere else each time. No JVM reads it from the file, since it has the
 * table at another place itself.
 */
final class ArchiveFile {
  private static final int MAGIC = 0xf00baba2;
  private static final int HEADER_CHECKSUM = 4;

  /** What the header's checksum covers begins here, behind magic number and checksum. */
  private static final int COVERED = 8;

  private static final int FIRST_REGION = 16;
  private static final int REGION_BYTES = 72;

  /** Where a region's entry has its place in the file and its size. */
  private static final int REGION_OFFSET = 24;

  private static final int REGION_USED = 40;

  private ArchiveFile() {}

  /**
   * Sets that address to 0 and renews the checksums.
   *
   * @param map the line of {@code /proc/PID/maps} of the JVM that dumped the archive for the tables
   *     of {@code libjvm.so}. Not for all of the library: among the archive's words are some that
   *     would be addresses in it by chance, where the kernel does not choose addresses at random.
   * @throws IllegalStateException if the file is not what JDK 17 writes, or has two such addresses
   */
  static void normalize(Path archive, Path map) throws IOException {
    String[] limits = Files.readString(map).split("[- ]");
    long first = Long.parseUnsignedLong(limits[0], 16);
    long end = Long.parseUnsignedLong(limits[1], 16);
    Set<Long> addresses = new TreeSet<>();
    try (FileChannel file =
        FileChannel.open(archive, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes =
          file.map(MapMode.READ_WRITE, 0, file.size()).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.getInt(0) != MAGIC) {
        throw unknown(archive, "its magic number");
      }
      int header = headerEnd(archive, bytes);
      for (int entry = FIRST_REGION; isRegion(bytes, entry); entry += REGION_BYTES) {
        int offset = Math.toIntExact(bytes.getLong(entry + REGION_OFFSET));
        int used = Math.toIntExact(bytes.getLong(entry + REGION_USED));
        if (checksum(bytes, offset, used) != bytes.getInt(entry)) {
          throw unknown(archive, "the checksum of its region at " + offset);
        }
        for (int at = offset; at + Long.BYTES <= offset + used; at += Long.BYTES) {
          long word = bytes.getLong(at);
          if (word >= first && word < end && word % Long.BYTES == 0) {
            addresses.add(word);
            bytes.putLong(at, 0);
          }
        }
        bytes.putInt(entry, checksum(bytes, offset, used));
      }
      bytes.putInt(HEADER_CHECKSUM, checksum(bytes, COVERED, header - COVERED));
    }
    if (addresses.size() > 1) {
      throw unknown(archive, addresses.size() + " addresses in libjvm.so");
    }
  }

  private static boolean isRegion(ByteBuffer bytes, int entry) {
    long offset = bytes.getLong(entry + REGION_OFFSET);
    long used = bytes.getLong(entry + REGION_USED);
    return offset > 0 && used > 0 && offset + used <= bytes.limit();
  }

  /** Where the header ends: its checksum, which covers all of it, tells. */
  private static int headerEnd(Path archive, ByteBuffer bytes) {
    int limit = Math.toIntExact(bytes.getLong(FIRST_REGION + REGION_OFFSET));
    for (int end = FIRST_REGION + REGION_BYTES; end <= limit; end += Long.BYTES) {
      if (checksum(bytes, COVERED, end - COVERED) == bytes.getInt(HEADER_CHECKSUM)) {
        return end;
      }
    }
    throw unknown(archive, "the checksum of its header");
  }

  private static int checksum(ByteBuffer bytes, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes.duplicate().position(offset).limit(offset + length));
    return (int) crc.getValue();
  }

  private static IllegalStateException unknown(Path archive, String what) {
    return new IllegalStateException(
        "class archive '" + archive + "': expected one of JDK 17, found another: " + what);
  }
}
