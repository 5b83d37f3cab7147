package io.github.ldamasio.rbs.build.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A layer that spares each start the same work: a class archive for Spark's JVMs, in {@code
 * /opt/rbs-spark/warm}, and byte code beside the baked Python packages. Both are made in a
 * container of the base, by its own JVM and Python.
 */
public final class WarmLayer {
  private static final String DIRECTORY = "opt/rbs-spark/warm";
  private static final String CLASSES = DIRECTORY + "/classes";

  /** The time that Jib gives each file: the archive records those of the JARs. */
  private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1));

  /**
   * Byte code that Python does not compare with its source: the sources cannot change, and Jib sets
   * their times. Then the archive, and a JVM that would not start without it.
   */
  private static final String SCRIPT =
      String.join(
          "\n",
          "cd /",
          "python3 -B -m compileall -q -f --invalidation-mode unchecked-hash \"$1\"",
          "mkdir -p /tmp/layer",
          "find \"${1#/}\" -name '*.pyc' -exec cp --parents -t /tmp/layer {} +",
          "jar=" + DIRECTORY + "/classpath.jar",
          "archive=" + DIRECTORY + "/spark.jsa",
          "java -Xshare:dump -Xmx2g -Xlog:disable -XX:SharedClassListFile="
              + CLASSES
              + " -XX:SharedArchiveFile=/$archive -cp /$jar",
          "java -Xshare:on -XX:SharedArchiveFile=/$archive"
              + " -cp \"/$jar:/opt/spark/conf/:/opt/spark/jars/*\" -version",
          "cp --parents -t /tmp/layer $jar $archive");

  private final String base;
  private final Path classes;
  private final String sitePackages;

  /**
   * @param base the base as Jib names it
   * @param classes the names of the classes to archive, one a line
   * @param sitePackages where the image has the Python packages
   */
  public WarmLayer(String base, Path classes, String sitePackages) {
    this.base = base;
    this.classes = classes;
    this.sitePackages = sitePackages;
  }

  /**
   * Leaves the layer's files in a directory, all of them or none.
   *
   * @param added what the image adds to the base, at its places in it; is given Jib's times, and
   *     two files more
   * @throws IllegalStateException if no engine answers, or if a step in the container fails
   */
  public void make(Path added, Path layer) throws IOException, InterruptedException {
    System.out.println("layers: making the class archive, which takes a minute");
    String image = Docker.image(base);
    Set<String> jars =
        new TreeSet<>(
            List.of(
                Docker.run(
                        "run",
                        "--rm",
                        "--network=none",
                        "--entrypoint=ls",
                        image,
                        "/opt/spark/jars")
                    .split("\\s+")));
    Path own = added.resolve("opt/spark/jars");
    try (var files = Files.list(own)) {
      for (Path jar : files.collect(Collectors.toList())) {
        jars.add(jar.getFileName().toString());
        Files.setLastModifiedTime(jar, TIME);
      }
    }
    Path directory = Files.createDirectories(added.resolve(DIRECTORY));
    ClassPathJar.write(directory.resolve("classpath.jar"), jars);
    Files.setLastModifiedTime(directory.resolve("classpath.jar"), TIME);
    Files.copy(classes, added.resolve(CLASSES));
    String container =
        Docker.run(
            "create",
            "--network=none",
            "--user=0:0",
            "--entrypoint=bash",
            image,
            "-euc",
            SCRIPT,
            "bash",
            sitePackages);
    Path part = layer.resolveSibling(layer.getFileName() + ".part");
    try {
      Docker.copyTo(container, added, "/");
      Docker.run("start", "--attach", container);
      Files.createDirectories(part);
      Docker.run("cp", container + ":/tmp/layer/.", part.toString());
    } finally {
      Docker.run("rm", "--force", container);
    }
    Files.move(part, layer);
  }
}
