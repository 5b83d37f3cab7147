package io.github.ldamasio.rbs.build.file;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories as wholes. */
public final class FileTrees {
  private FileTrees() {}

  /** All regular files, sorted; none if there is no such directory. */
  public static List<Path> files(Path tree) throws IOException {
    if (Files.notExists(tree)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(tree)) {
      return files.filter(Files::isRegularFile).sorted().collect(toList());
    }
  }

  /** Copies each file to its place in the target; to one that is there already it is appended. */
  public static void add(Path source, Path target) throws IOException {
    for (Path file : files(source)) {
      Path copy = target.resolve(source.relativize(file).toString());
      if (Files.exists(copy)) {
        Files.write(copy, Files.readAllBytes(file), StandardOpenOption.APPEND);
      } else {
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Gives each file the mode 0644, and each directory 0755. */
  public static void setModes(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.collect(toList())) {
        Files.setPosixFilePermissions(
            file,
            PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  /**
   * Gives a file a time that is a function of its bytes. Jib compresses a layer anew if the path or
   * the time of one of its files has changed, and Maven and pip set the time of their run.
   */
  public static void stamp(Path file, String sha256) throws IOException {
    long seconds = Long.parseLong(sha256.substring(0, 7), 16);
    long nanos = Long.parseLong(sha256.substring(7, 14), 16);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(seconds, nanos)));
  }

  /** Deletes a directory, if it is there, with all that is in it. */
  public static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).collect(toList())) {
          Files.delete(file);
        }
      }
    }
  }
}
