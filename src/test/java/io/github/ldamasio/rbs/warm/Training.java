package io.github.ldamasio.rbs.warm;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.scene.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.testcontainers.DockerClientFactory;

/**
 * Makes the layer of the warm image: {@code Training SITE_PACKAGES LAYER}. The layer's directory is
 * there afterwards if all went well, and only then.
 */
public final class Training {
  private static final Path SOURCES = Project.DIRECTORY.resolve("src/main/warm");
  private static final Path DEFAULTS = Path.of("opt/spark/conf/spark-defaults.conf");
  private static final Path ENVIRONMENT = Path.of("opt/spark/conf/spark-env.sh");
  private static final String ARCHIVE = "/opt/rbs-spark/warm/spark.jsa";
  private static final int ROWS = 5000;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final String sitePackages;
  private final Path layer;
  private final Path lists;

  private Training(String sitePackages, Path layer, Path lists) {
    this.sitePackages = sitePackages;
    this.layer = layer;
    this.lists = lists;
  }

  /** Exit codes: 0 done, 1 there is no engine, or a run failed. */
  public static void main(String[] arguments) throws IOException {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      fail(
          "container engine: expected one that answers, since the warm image is made by running the cold one, found none;"
              + " 'scripts/setup.sh' starts Docker, DOCKER_HOST names another engine, without -Pwarm the image needs none");
    }
    Path layer = Path.of(arguments[1]);
    try (TemporaryDirectory work = new TemporaryDirectory("warm-")) {
      Path made = work.path().resolve("layer");
      new Training(arguments[0], made, Files.createDirectory(work.path().resolve("lists"))).run();
      Files.createDirectories(layer.getParent());
      Files.move(made, layer);
    } catch (RuntimeException | AssertionError e) {
      fail("training: expected to succeed, found " + e.getMessage());
    }
  }

  private static void fail(String message) {
    System.err.println("warm image: " + message);
    System.exit(1);
  }

  private void run() throws IOException {
    configuration();
    Path classPath = in(ClassPathJar.PATH);
    Files.createDirectories(classPath.getParent());
    new ClassPathJar(lines("ls", "/opt/spark/jars")).write(classPath);
    classArchive(classPath, classList(classPath));
    useArchive(classPath);
    byteCode();
  }

  /** The cold image's defaults and the warm image's after them: a file that replaces the former. */
  private void configuration() throws IOException {
    Path defaults = layer.resolve(DEFAULTS);
    Files.createDirectories(defaults.getParent());
    Files.copy(Project.TARGET.resolve("layers/configuration").resolve(DEFAULTS), defaults);
    Files.write(
        defaults,
        Files.readAllBytes(SOURCES.resolve("spark-defaults.conf")),
        StandardOpenOption.APPEND);
    Files.copy(SOURCES.resolve(ENVIRONMENT), layer.resolve(ENVIRONMENT));
  }

  private Path classList(Path classPath) throws IOException {
    List<Path> files =
        List.of(
            lists.resolve("driver"),
            lists.resolve("distributed-driver"),
            lists.resolve("executor"));
    try (Scene scene = Scene.withRows(ROWS)) {
      TrainingRun run = new TrainingRun(scene, classPath);
      run.alone(files.get(0));
      run.apart(files.get(1), files.get(2));
    }
    Path list = lists.resolve("all");
    ClassList.read(files).write(list);
    return list;
  }

  private void classArchive(Path classPath, Path list) throws IOException {
    String dumped = "/tmp/spark.jsa";
    try (SparkContainer container =
        new SparkContainer(
                "java",
                "-Xshare:dump",
                "-Xmx2g",
                "-Xlog:disable",
                "-XX:SharedClassListFile=/tmp/list",
                "-XX:SharedArchiveFile=" + dumped,
                "-cp",
                ClassPathJar.PATH)
            .withReadOnly(classPath, ClassPathJar.PATH)
            .withReadOnly(list, "/tmp/list")) {
      container.start();
      container.awaitEnd(LIMIT).succeeded();
      container.copyFileFromContainer(dumped, in(ARCHIVE).toString());
    }
  }

  /**
   * A JVM that refuses to start without the archive starts with it, on a class path like Spark's.
   */
  private void useArchive(Path classPath) {
    new SparkContainer(
            "java",
            "-Xshare:on",
            "-XX:SharedArchiveFile=" + ARCHIVE,
            "-cp",
            ClassPathJar.PATH + ":/opt/spark/conf/:/opt/spark/jars/*",
            "-version")
        .withReadOnly(classPath, ClassPathJar.PATH)
        .withReadOnly(in(ARCHIVE), ARCHIVE)
        .runToEnd()
        .succeeded();
  }

  /**
   * The baked packages' byte code, by the base's own Python. Checked against nothing at run time:
   * the sources cannot change, and their times are not the publishers'.
   */
  private void byteCode() throws IOException {
    String tar = "/tmp/byte-code.tar";
    String compile =
        "python3 -B -m compileall -q -f -x '/tests?/' --invalidation-mode unchecked-hash \"$0\""
            + " && find \"$0\" -name '*.pyc' -print0 | tar -c -f %s --null -T -".formatted(tar);
    try (SparkContainer container =
        new SparkContainer("bash", "-c", compile, sitePackages).withUser("0:0")) {
      container.start();
      container.awaitEnd(LIMIT).succeeded();
      container.copyFileFromContainer(
          tar,
          bytes -> {
            unpack(new TarArchiveInputStream(bytes));
            return null;
          });
    }
  }

  private void unpack(TarArchiveInputStream tar) throws IOException {
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path file = entry.resolveIn(layer);
      Files.createDirectories(file.getParent());
      Files.copy(tar, file);
    }
  }

  private static List<String> lines(String... command) {
    return new SparkContainer(command).runToEnd().succeeded().stdout().lines().toList();
  }

  /** Where the layer has a file of the image. */
  private Path in(String path) {
    return layer.resolve(path.substring(1));
  }
}
