package io.github.ldamasio.rbs.addition;

import io.github.ldamasio.rbs.inventory.BakedFile;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.JarClasses;
import io.github.ldamasio.rbs.inventory.JarConflicts;
import io.github.ldamasio.rbs.inventory.JarName;
import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JARs from files and URLs, which go to Spark's own: on each class path, behind the archive's. */
final class Jars {
  private static final String HASH = "#sha256=";

  private final Python python;
  private final Contents contents;
  private final Path scratch;
  private final List<Path> added = new ArrayList<>();

  /** Works in a directory that is deleted afterwards. */
  Jars(Python python, Contents contents, Path scratch) {
    this.python = python;
    this.contents = contents;
    this.scratch = scratch;
  }

  /** Takes a file or downloads it, and compares its hash. One that is there already is left out. */
  void add(String jar) throws IOException, InterruptedException, Refusal {
    String[] words = jar.split(HASH, 2);
    boolean isUrl = words[0].matches("[a-z]{2,}://.*");
    Path file = Path.of(words[0]);
    if (isUrl) {
      if (words.length != 2) {
        throw new Refusal(
            "JAR '" + jar + "': expected " + HASH + "… behind the URL, found none; add its hash");
      }
      file = scratch.resolve(file.getFileName());
      if (!python.download(words[0], file)) {
        throw new Refusal(
            "JAR '" + words[0] + "': expected to download it, found Python's error above");
      }
    }
    if (!Files.isRegularFile(file)) {
      throw new Refusal("JAR '" + file + "': expected a file, found none; COPY it first");
    }
    String sha256 = Sha256.of(file);
    if (words.length == 2 && !words[1].equals(sha256)) {
      throw new Refusal(
          "JAR '" + words[0] + "': expected SHA-256 " + words[1] + ", found " + sha256);
    }
    Path target = target(file);
    if (Files.notExists(target) || !Sha256.of(target).equals(sha256)) {
      added.add(file);
    }
  }

  /** Why these JARs do not go with what the image has, a sentence each. */
  List<String> conflicts() throws IOException {
    List<String> conflicts = new ArrayList<>();
    int supported = Runtime.version().feature();
    List<Path> readable = new ArrayList<>();
    for (Path jar : added) {
      if (!jar.getFileName().toString().matches("\\S+\\.jar")) {
        conflicts.add(
            "JAR '" + jar + "': expected a name without spaces that ends in .jar, found another");
        continue;
      }
      int java = JarClasses.java(jar);
      if (java > supported) {
        conflicts.add(
            "JAR '"
                + jar
                + "': expected classes for Java "
                + supported
                + " or older, found some for Java "
                + java
                + "; build it with --release "
                + supported
                + ", or take another version");
      }
      readable.add(jar);
    }
    for (String conflict : JarConflicts.of(readable, contents.keptJars())) {
      conflicts.add(
          conflict + "; leave one of them out, or name the other's artifact in --replace");
    }
    return conflicts;
  }

  /** Copies them into the image. */
  List<Component> install() throws IOException {
    List<Component> components = new ArrayList<>();
    for (Path jar : added) {
      Path target = target(jar);
      Files.copy(jar, target);
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
      Optional<JarName> name = JarName.of(target);
      components.add(
          new Component(
              Kind.JAR,
              name.map(JarName::artifact).orElseThrow(),
              name.flatMap(JarName::version).orElse("unversioned"),
              List.of(new BakedFile(target, Sha256.of(target)))));
    }
    return components;
  }

  private static Path target(Path jar) {
    return Contents.JARS.resolve(jar.getFileName());
  }
}
