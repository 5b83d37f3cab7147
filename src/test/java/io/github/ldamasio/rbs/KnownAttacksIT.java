package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.images.builder.Transferable;

/**
 * The known attacks on what the pins bring, tried on the image; each also where it succeeds, so
 * that it is known to be one. {@code docs/security.md} rests on these tests.
 */
class KnownAttacksIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String DESERIALIZATION = "CVE-2023-47248";
  private static final String HOTFIX =
      Pom.read().property("image.site-packages") + "/rbs_spark_pyarrow_hotfix.pth";

  private static SparkContainer image;

  /** Without the hotfix; a pyarrow that needs none is told to trust what it reads. */
  private static SparkContainer unprotected;

  @BeforeAll
  static void startContainersWithFilesThatHoldCode() {
    image = container();
    unprotected = container();
    if (Vex.fixed(DESERIALIZATION)) {
      unprotected.withEnv("TRUST_WHAT_IS_READ", "yes");
    } else {
      unprotected.withCopyToContainer(Transferable.of(""), HOTFIX);
    }
    image.start();
    unprotected.start();
    for (String line : run(unprotected, "python3 /jobs/make_untrusted.py").lines().toList()) {
      String[] words = line.split(" ");
      Transferable content = Transferable.of(Base64.getDecoder().decode(words[1]));
      image.copyFileToContainer(content, "/untrusted/" + words[0]);
      unprotected.copyFileToContainer(content, "/untrusted/" + words[0]);
    }
  }

  @AfterAll
  static void stopContainers() {
    image.close();
    unprotected.close();
  }

  /** CVE-2023-47248, in each way in which a Python process of the image starts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "python3 /jobs/read_untrusted.py here",
        "python3 -I /jobs/read_untrusted.py here",
        "python3 -E -s -B /jobs/read_untrusted.py here",
        "env PYTHONPATH=/tmp python3 /jobs/read_untrusted.py here",
        "env -i /usr/bin/python3 /jobs/read_untrusted.py here",
        "python3 /jobs/read_untrusted.py child",
        "spark-submit /jobs/read_untrusted.py here",
        "spark-submit /jobs/read_untrusted.py task",
        "env PYTHONPATH=/opt/spark/python/lib/pyspark.zip:/opt/spark/python/lib/py4j-0.10.9.7-src.zip"
            + " python3 /jobs/read_untrusted.py task",
      })
  @Tag("full")
  void codeInAFileDoesNotRun(String command) {
    assertThat(read(image, command))
        .hasSizeGreaterThanOrEqualTo(8)
        .allMatch(
            line ->
                line.contains(
                    Vex.fixed(DESERIALIZATION)
                        ? ": safe, read"
                        : ": safe, RuntimeError: Disallowed deserialization"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"here", "child", "task"})
  @Tag("full")
  void withoutTheHotfixItRuns(String where) {
    assertThat(read(unprotected, "python3 /jobs/read_untrusted.py " + where))
        .hasSizeGreaterThanOrEqualTo(8)
        .allMatch(line -> line.contains(": CODE RAN,"));
  }

  @Test
  void pyarrowIsNotImportedWithoutTheHotfix() {
    assumeFalse(Vex.fixed(DESERIALIZATION), "this pyarrow needs no hotfix");
    try (SparkContainer container = new SparkContainer("python3", "-c", "import pyarrow")) {
      String hotfix = Pom.read().property("image.site-packages") + "/pyarrow_hotfix/";
      String python = Project.property("base.python").replace(".", "");
      container
          .withCopyToContainer(
              Transferable.of("raise ImportError('broken')"), hotfix + "__init__.py")
          // Python prefers byte code, whose source it does not look at, unless it is none.
          .withCopyToContainer(
              Transferable.of("none"), hotfix + "__pycache__/__init__.cpython-" + python + ".pyc");
      assertThat(container.runToEnd().stderr()).contains("ImportError: broken");
    }
  }

  /** CVE-2026-25087: only libarrow itself, and the header of its function, know the name. */
  @Test
  void pythonCannotAskForThePreBuffer() {
    String find =
        "grep -r --files-with-matches PreBufferMetadata %s/pyarrow"
            .formatted(Pom.read().property("image.site-packages"));
    assertThat(run(image, find).lines())
        .anyMatch(file -> file.contains("/pyarrow/libarrow.so."))
        .filteredOn(file -> !file.contains("/pyarrow/include/"))
        .hasSize(1);
  }

  @Test
  void aPythonThatDoesNotUsePyarrowImportsNothingOfIt() {
    List<String> modules = run(image, "python3 /jobs/imported_modules.py").lines().toList();
    assertThat(modules)
        .contains("sys")
        .noneMatch(name -> name.matches("(pyarrow|numpy|importlib\\.util).*"));
  }

  /** CVE-2024-1597: the parameters are -1 and a text that would be SQL. */
  @Test
  @Tag("full")
  void dataDoesNotBecomeSql() {
    String asItCame = "row: '1' '\\ncurrent_user, 7 --'";
    String modes = " ?preferQueryMode=extendedForPrepared ?preferQueryMode=simple";
    try (Scene scene = Scene.withRows(1)) {
      SparkContainer job = scene.job(("spark-submit /jobs/inject_sql.py ?" + modes).split(" "));
      assertThat(job.runToEnd(LIMIT).succeeded().stdout().lines())
          .filteredOn(line -> line.startsWith("row: "))
          .containsExactly(
              asItCame, asItCame, Vex.fixed("CVE-2024-1597") ? asItCame : "row: 'robson' '7'");
    }
  }

  /** Those of urllib3 lie in decoding and in redirects; what boto3 asks it for has neither. */
  @Test
  void boto3NeitherDecodesNorFollows() {
    assertThat(run(image, "python3 /jobs/answer_boto3.py").lines())
        .containsExactly(
            "boto3 bomb: as it came",
            "boto3 moved: refused, asked no other server",
            "urllib3 bomb: decoded to 67108864 bytes",
            "urllib3 moved: asked the other server");
  }

  /** What the AWS bundle has of netty and Ion is there for other services than S3. */
  @Test
  @Tag("full")
  void theJobLoadsNoNettyAndNoIonOfTheAwsBundle() {
    assumeTrue(
        JarPin.all().stream().anyMatch(pin -> pin.artifactId().equals("aws-java-sdk-bundle")),
        "this phase has no bundle");
    Scene.Data data = Scene.Data.bronze("classes");
    String log = "--driver-java-options=-Xlog:class+load:stdout";
    try (Scene scene = Scene.withRows(1)) {
      SparkContainer job = scene.job(data, "spark-submit", log, data.layer().job());
      assertThat(job.runToEnd(LIMIT).succeeded().stdout().lines())
          .filteredOn(line -> line.contains("com.amazonaws."))
          .anyMatch(line -> line.contains(" com.amazonaws.services.s3.AmazonS3Client "))
          .anyMatch(line -> line.contains(".thirdparty.apache.http."))
          .noneMatch(
              line -> line.matches(".* com\\.amazonaws\\.thirdparty\\.(io\\.netty|ion)\\..*"));
    }
  }

  private static List<String> read(SparkContainer container, String command) {
    // what Spark says itself begins with colons
    return run(container, command).lines().filter(line -> !line.startsWith("::")).toList();
  }

  private static String run(SparkContainer container, String command) {
    return container.execute(LIMIT, command.split(" ")).succeeded().stdout();
  }

  private static SparkContainer container() {
    // what warnings say, spark-submit would print among the lines
    return SparkContainer.idle()
        .withEnv("PYTHONWARNINGS", "ignore")
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
  }
}
