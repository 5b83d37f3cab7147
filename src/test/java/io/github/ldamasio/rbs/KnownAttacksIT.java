package io.github.ldamasio.rbs;

import static java.util.stream.Collectors.toMap;
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
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
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

  private static Map<String, byte[]> untrusted;

  @BeforeAll
  static void makeFilesThatHoldCode() {
    untrusted =
        unprotected(job("python3", "/jobs/make_untrusted.py"))
            .runToEnd()
            .succeeded()
            .stdout()
            .lines()
            .map(line -> line.split(" "))
            .collect(toMap(words -> words[0], words -> Base64.getDecoder().decode(words[1])));
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
  void codeInAFileDoesNotRun(String command) {
    assertThat(read(job(command.split(" "))))
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
  void withoutTheHotfixItRuns(String where) {
    assertThat(read(unprotected(job("spark-submit", "/jobs/read_untrusted.py", where))))
        .hasSizeGreaterThanOrEqualTo(8)
        .allMatch(line -> line.contains(": CODE RAN,"));
  }

  @Test
  void pyarrowIsNotImportedWithoutTheHotfix() {
    assumeFalse(Vex.fixed(DESERIALIZATION), "this pyarrow needs no hotfix");
    SparkContainer container = job("python3", "-c", "import pyarrow");
    container.withCopyToContainer(
        Transferable.of("raise ImportError('broken')"),
        Pom.read().property("image.site-packages") + "/pyarrow_hotfix/__init__.py");
    assertThat(container.runToEnd().stderr()).contains("ImportError: broken");
  }

  /** CVE-2026-25087: only libarrow itself, and the header of its function, know the name. */
  @Test
  void pythonCannotAskForThePreBuffer() {
    String find =
        "cd %s/pyarrow && grep --recursive --files-with-matches PreBufferMetadata ."
            .formatted(Pom.read().property("image.site-packages"));
    assertThat(job("bash", "-c", find).runToEnd().succeeded().stdout().lines())
        .anyMatch(file -> file.startsWith("./libarrow.so."))
        .filteredOn(file -> !file.startsWith("./include/"))
        .hasSize(1);
  }

  @Test
  void aPythonThatDoesNotUsePyarrowImportsNothingOfIt() {
    String code =
        "import sys; print([m for m in sys.modules if m.startswith(('pyarrow', 'numpy', 'importlib.util'))])";
    assertThat(job("python3", "-c", code).runToEnd().succeeded().stdout()).isEqualTo("[]\n");
  }

  /** CVE-2024-1597: the parameters are -1 and a text that would be SQL. */
  @Test
  void dataDoesNotBecomeSql() {
    try (Scene scene = Scene.withRows(1)) {
      String asItCame = "row: '1' '\\ncurrent_user, 7 --'";
      assertThat(row(scene, "")).contains(asItCame);
      assertThat(row(scene, "?preferQueryMode=extendedForPrepared")).contains(asItCame);
      assertThat(row(scene, "?preferQueryMode=simple"))
          .contains(Vex.fixed("CVE-2024-1597") ? asItCame : "row: 'robson' '7'");
    }
  }

  /** Those of urllib3 lie in decoding and in redirects; what boto3 asks it for has neither. */
  @Test
  void boto3NeitherDecodesNorFollows() {
    assertThat(job("python3", "/jobs/answer_boto3.py").runToEnd().succeeded().stdout().lines())
        .containsExactly(
            "boto3 bomb: as it came",
            "boto3 moved: refused, asked no other server",
            "urllib3 bomb: decoded to 67108864 bytes",
            "urllib3 moved: asked the other server");
  }

  /** What the AWS bundle has of netty and Ion is there for other services than S3. */
  @Test
  void theJobLoadsNoNettyAndNoIonOfTheAwsBundle() {
    assumeTrue(
        JarPin.all().stream().anyMatch(pin -> pin.artifactId().equals("aws-java-sdk-bundle")),
        "this phase has no bundle");
    Scene.Data data = Scene.Data.bronze("classes");
    try (Scene scene = Scene.withRows(1)) {
      List<String> classes =
          scene
              .job(
                  data,
                  "spark-submit",
                  "--driver-java-options=-Xlog:class+load:stdout",
                  data.layer().job())
              .runToEnd(LIMIT)
              .succeeded()
              .stdout()
              .lines()
              .filter(line -> line.contains("com.amazonaws."))
              .toList();
      assertThat(classes)
          .anyMatch(line -> line.contains(" com.amazonaws.services.s3.AmazonS3Client "));
      assertThat(classes).anyMatch(line -> line.contains(".thirdparty.apache.http."));
      assertThat(classes)
          .noneMatch(
              line -> line.matches(".* com\\.amazonaws\\.thirdparty\\.(io\\.netty|ion)\\..*"));
    }
  }

  private static String row(Scene scene, String parameters) {
    return scene
        .job(
            "spark-submit",
            "/jobs/inject_sql.py",
            "jdbc:postgresql://postgres:5432/postgres" + parameters)
        .runToEnd(LIMIT)
        .succeeded()
        .stdout();
  }

  private static List<String> read(SparkContainer container) {
    untrusted.forEach(
        (name, content) ->
            container.withCopyToContainer(Transferable.of(content), "/untrusted/" + name));
    // what warnings say, spark-submit would print among the lines
    return container
        .withEnv("PYTHONWARNINGS", "ignore")
        .runToEnd(LIMIT)
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> !line.startsWith("::"))
        .toList();
  }

  /** Without the hotfix; a pyarrow that needs none is told to trust what it reads. */
  private static SparkContainer unprotected(SparkContainer container) {
    return Vex.fixed(DESERIALIZATION)
        ? container.withEnv("TRUST_WHAT_IS_READ", "yes")
        : container.withCopyToContainer(Transferable.of(""), HOTFIX);
  }

  private static SparkContainer job(String... command) {
    return new SparkContainer(command)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs");
  }
}
