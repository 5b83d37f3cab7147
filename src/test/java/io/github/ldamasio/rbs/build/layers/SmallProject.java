package io.github.ldamasio.rbs.build.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.process.OwnWheel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** A project with all that {@link Layers} reads, but small: one JAR, and wheels of one file. */
final class SmallProject {
  /** What a build may make anew. */
  enum Made {
    WHEELS,
    IMAGE
  }

  static final String JAR = "target/layers/jars/opt/spark/jars/driver-1.0.jar";
  static final String LOCK = "python-requirements.txt";
  private static final String MARK = "not-from-pip";

  private final Path directory;
  private final Map<String, String> settings = new TreeMap<>();

  /** A project in this directory, empty unless it is a copy of one that was filled. */
  SmallProject(Path directory) {
    this.directory = directory;
    settings.putAll(
        Map.of(
            "base", "tar://.base/base.tar",
            "environment", "A=1",
            "hadoop-project", "target/hadoop-project.pom",
            "hadoop.version", "3.3.4",
            "image", "localhost/image:1",
            "layers", "target/layers",
            "offline", "true",
            "overlays", "phase0",
            "python", "python3",
            "python.lock", LOCK));
    settings.putAll(
        Map.of(
            "archive.behind", "",
            "fast-start", "nothing",
            "python.version", "3.11",
            "site-packages", "/usr/lib/packages",
            "spark.version", "3.5.0",
            "wheels", directory.resolve("wheels").toString()));
  }

  /** Writes all inputs. */
  void fill() throws IOException {
    write("pom.xml", "<project/>");
    for (String file : List.of("base.tar", "python-3.11", "python-3.12")) {
      write(".base/" + file, "base");
      // in whole seconds, which each copy keeps
      Files.setLastModifiedTime(directory.resolve(".base").resolve(file), FileTime.fromMillis(0));
    }
    write("src/main/left-out.txt", "*.dist-info/INSTALLER\n");
    write("src/main/jib/etc/pip.conf", "pip\n");
    write("src/main/phase0/jib/etc/other.conf", "other\n");
    write("src/main/phase1/jib/etc/pip.conf", "phase1\n");
    write("target/classes/A.class", "class");
    write("target/hadoop-project.pom", "<aws-java-sdk.version>1.12</aws-java-sdk.version>");
    write(JAR, "driver");
    recordJar();
    wheel("one");
    wheel("two");
    lock("one", "two");
  }

  Path directory() {
    return directory;
  }

  /** As an argument of {@link Layers}. */
  Map<String, String> settings() {
    return settings;
  }

  void remove(String file) throws IOException {
    Files.delete(directory.resolve(file));
  }

  void write(String file, String content) throws IOException {
    Files.createDirectories(directory.resolve(file).getParent());
    Files.writeString(directory.resolve(file), content);
  }

  /** Gives {@code .mvn/checksums} the hash that the JAR has now. */
  void recordJar() throws IOException {
    write(
        ".mvn/checksums/checksums.sha256",
        Sha256.of(directory.resolve(JAR)) + "  org/driver/1.0/driver-1.0.jar\n");
  }

  /** Locks these wheels with the hashes that they have now. */
  void lock(String... names) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      lines
          .append(name + "==1.0 --hash=sha256:")
          .append(Sha256.of(directory.resolve("wheels/%s-1.0-py3-none-any.whl".formatted(name))))
          .append('\n');
    }
    write(LOCK, lines.toString());
  }

  /** Does what the build does up to Jib, and leaves what Jib leaves; what was made anew. */
  Set<Made> build() throws IOException, InterruptedException {
    Path mark =
        directory.resolve("target/layers/python" + settings.get("python.version") + "/" + MARK);
    if (Files.exists(mark.getParent())) {
      Files.writeString(mark, "");
    }
    new Layers(directory, settings).prepare();
    Set<Made> made = EnumSet.noneOf(Made.class);
    if (Files.notExists(mark)) {
      made.add(Made.WHEELS);
    }
    Properties state = new Properties();
    try (var reader = Files.newBufferedReader(directory.resolve("target/build.properties"))) {
      state.load(reader);
    }
    // Maven exports them, and Jib takes 'image' for the name to push to.
    assertThat(state.stringPropertyNames()).allMatch(name -> name.startsWith("build."));
    if (state.getProperty("build.image.unchanged").equals("false")) {
      made.add(Made.IMAGE);
      write("target/jib-image.tar", "image");
      write("target/jib-image.json", "{}");
    }
    return made;
  }

  private void wheel(String name) throws IOException {
    OwnWheel.write(directory.resolve("wheels"), name, "1.0");
  }
}
