package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ExecConfig;

/**
 * Whoever starts a program, and by whatever way in, it has a user name, a writable home, UTF-8, an
 * address for its host name, and PySpark. No container here has a network.
 */
class IdentityIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String ARBITRARY = "1000690000:0";
  private static final String PYTHON =
      "import pyspark; print(pyspark.SparkContext.getOrCreate().parallelize(['ação ✓']).first())";

  private static final String JOB = "/jobs/surroundings.py";

  private static final List<String> FACTS =
      List.of(
          "home is the JVM's True",
          "home is writable True",
          "host name has an address True",
          "encodings utf-8 utf-8",
          "encodings of the JVM UTF-8 UTF-8",
          "literal ação ✓",
          "rows of a file 2",
          "error of a task ValueError: ação ✓",
          "print of the JVM ação ✓");

  @Test
  void execOfPythonHasAllOfItWhateverPythonPathSays() throws Exception {
    Map<String, String> environment = Map.of("LANG", "C", "LC_ALL", "", "PYTHONPATH", "/app");
    hasAll("spark", exec(environment, "python3", JOB));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark-submit", "/opt/spark/bin/spark-submit"})
  void aPodsCommandHasAllOfItOnAReadOnlyRoot(String command) {
    SparkContainer job =
        container(JOB)
            .hardened()
            .withUser(ARBITRARY)
            .withEnv(Map.of("LC_ALL", "pt_BR.UTF-8", "SPARK_USER_NAME", "anna"))
            .withCreateContainerCmdModifier(create -> create.withEntrypoint(command));
    hasAll("anna", job.runToEnd(LIMIT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en_US.UTF-8", "pt_BR.UTF-8", ""})
  @Tag("full")
  void theEntrypointHasAllOfItWhateverLangSays(String lang) {
    SparkContainer job = container("python3", JOB).withUser("0:0").withEnv("LANG", lang);
    hasAll("root", job.runToEnd(LIMIT));
  }

  private static void hasAll(String user, Result result) {
    assertThat(result.succeeded().stdout().lines())
        .as(result.output())
        .containsAll(FACTS)
        .contains("user " + user, "user of the JVM " + user, "user of Hadoop " + user);
  }

  static List<List<String>> shells() {
    return List.of(
        List.of("spark-sql", "-e", "select 'ação ✓'"),
        List.of("bash", "-c", "pyspark <<< \"" + PYTHON + "\""),
        List.of("bash", "-c", "spark-shell <<< 'println(sc.parallelize(Seq(\"ação ✓\")).first)'"));
  }

  @ParameterizedTest
  @MethodSource("shells")
  @Tag("full")
  void execOfAShellOfSparksHasAllOfIt(List<String> command) throws Exception {
    Result result = exec(Map.of("LC_ALL", "C"), command.toArray(String[]::new));
    assertThat(result.succeeded().stdout()).contains("ação ✓");
  }

  static List<String[]> users() {
    return List.of(
        new String[] {"185", "/home/spark"},
        new String[] {ARBITRARY, null},
        new String[] {"0:0", "/root"});
  }

  @ParameterizedTest
  @MethodSource("users")
  void eachUserHasANameAndAWritableHome(String user, String home) {
    String look =
        "whoami; cd; pwd; touch probe; python3 -c 'import pwd, os; print(pwd.getpwuid(os.getuid()).pw_dir)'";
    List<String> lines =
        new SparkContainer("bash", "-ec", look)
            .withUser(user)
            .runToEnd()
            .succeeded()
            .stdout()
            .lines()
            .toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).startsWith("/").isEqualTo(lines.get(2));
    if (home != null) {
      assertThat(lines.get(1)).isEqualTo(home);
    }
  }

  @Test
  void aUserNameThatIsNoneIsRefused() {
    Result result =
        new SparkContainer("true")
            .withUser(ARBITRARY)
            .withEnv("SPARK_USER_NAME", "Anna K")
            .runToEnd();
    assertThat(result.stderr()).contains("SPARK_USER_NAME 'Anna K': expected a user name");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  /**
   * What {@code kubectl exec} does: without the entrypoint, in a container of an arbitrary uid. In
   * a directory that it can write to, where spark-sql makes its metastore.
   */
  private static Result exec(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    try (SparkContainer container = container("sleep", "infinity").withUser(ARBITRARY)) {
      container.start();
      ExecResult result =
          container.execInContainer(
              ExecConfig.builder().envVars(environment).workDir("/tmp").command(command).build());
      return new Result(result.getExitCode(), result.getStdout(), result.getStderr());
    }
  }

  private static SparkContainer container(String... command) {
    return new SparkContainer(command)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
  }
}
