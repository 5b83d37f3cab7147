package io.github.ldamasio.rbs.training;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.ExecutorPod;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * Not a test but a tool, which needs what the tests have: renews {@code src/main/archive/classes},
 * the names of the classes that a job like those of the image loads, in each role. It runs with
 * {@code mvn verify -Dtest.groups=train -Dtest.excluded=none}.
 */
@Tag("train")
class TrainingIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String LIST = "/tmp/classes";

  /** Without the JDK's own archive, whose classes would be missing in the list. */
  private static final List<String> OPTIONS =
      List.of("-Xshare:off", "-XX:DumpLoadedClassList=" + LIST);

  private static final Pattern REJECTED =
      Pattern.compile("(?:Preload Warning: Cannot find|Skipping) ([^ :]+)");

  @TempDir Path directory;

  @Test
  void renewTheClassList() throws IOException {
    try (Scene scene = Scene.withRows(5000)) {
      try (SparkContainer driver = driver(scene, "alone")) {
        driver.start();
        driver.awaitEnd(LIMIT).succeeded();
        keepList(driver, "driver");
      }
      try (StandaloneCluster cluster = new StandaloneCluster(scene.network());
          SparkContainer driver =
              driver(scene, "apart", "--master=" + cluster.url(), ExecutorPod.DRIVER_PORT)
                  .withHostName("driver")
                  .waitingFor(Wait.forLogMessage(".*service 'sparkDriver' on port 7078.*", 1));
          SparkContainer executor =
              ExecutorPod.container(scene.network(), "1", OPTIONS).withEnv(scene.environment())) {
        driver.start();
        executor.start();
        driver.awaitEnd(LIMIT).succeeded();
        keepList(driver, "distributed-driver");
        executor.awaitEnd(LIMIT);
        keepList(executor, "executor");
      }
    }
    Set<String> classes = new TreeSet<>();
    try (Stream<Path> lists = Files.list(directory)) {
      for (Path list : lists.toList()) {
        classes.addAll(names(Files.readAllLines(list)));
      }
    }
    classes.removeAll(namesOfTheJdk());
    classes.removeAll(rejected(classes));
    replaceList(classes);
  }

  /** Comments begin with '#', and what no archive holds in the same bytes twice with '@'. */
  private static Set<String> names(List<String> list) {
    return list.stream()
        .filter(line -> line.matches("[^#@].*"))
        .map(line -> line.replaceFirst(" .*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> namesOfTheJdk() {
    String print = "cat \"$(dirname \"$(readlink -f \"$(command -v java)\")\")/../lib/classlist\"";
    return names(
        new SparkContainer("bash", "-c", print).runToEnd().succeeded().stdout().lines().toList());
  }

  /**
   * What the JVM takes into no archive, as it says: classes of signed JARs, of old versions, made
   * at run time, and of JARs behind the archive's class path.
   */
  private Set<String> rejected(Set<String> classes) throws IOException {
    Path list = Files.write(directory.resolve("all"), classes);
    String dump =
        "java -Xshare:dump -XX:SharedClassListFile=/list -XX:SharedArchiveFile=/tmp/archive"
            + " -cp /opt/rbs-spark/archive/classpath.jar";
    return new SparkContainer(dump.split(" "))
        .withReadOnly(list, "/list")
        .runToEnd(LIMIT)
        .succeeded()
        .output()
        .lines()
        .map(REJECTED::matcher)
        .filter(Matcher::find)
        .map(line -> line.group(1))
        .collect(Collectors.toSet());
  }

  private static void replaceList(Set<String> classes) throws IOException {
    Path file = Project.DIRECTORY.resolve("src/main/archive/classes");
    Set<String> before = new TreeSet<>(Files.readAllLines(file));
    Files.write(file, classes);
    long kept = classes.stream().filter(before::contains).count();
    System.out.printf(
        "TrainingIT: %s: %d names, %d of them new, %d gone%n",
        file, classes.size(), classes.size() - kept, before.size() - kept);
  }

  private void keepList(SparkContainer container, String role) {
    container.copyFileFromContainer(LIST, directory.resolve(role).toString());
  }

  private static SparkContainer driver(Scene scene, String prefix, String... options) {
    Stream<String> command =
        Stream.of(
                Stream.of("spark-submit", "--driver-java-options=" + String.join(" ", OPTIONS)),
                Stream.of(options),
                Stream.of("/jobs/train.py"))
            .flatMap(words -> words);
    return scene
        .job(command.toArray(String[]::new))
        .withEnv("OUTPUT", "s3a://%s/%s".formatted(Scene.BUCKET, prefix));
  }
}
