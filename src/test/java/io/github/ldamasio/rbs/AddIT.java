package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.OwnWheel;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code rbs-add}, as root in a container: what it adds, what it replaces and what it refuses. */
class AddIT {
  private static final Path EXTRA_JAR =
      Path.of("com/github/package-url/packageurl-java/1.5.0/packageurl-java-1.5.0.jar");
  private static final int TOO_NEW = 44 + 99;

  private static TemporaryDirectory additions;

  @BeforeAll
  static void writeAdditions() throws IOException {
    additions = new TemporaryDirectory("additions-");
    Path directory = additions.path();
    OwnWheel greeting = OwnWheel.write(directory, "greeting", "1.0");
    OwnWheel numpy = OwnWheel.write(directory, "numpy", "2.0.2");
    lock("good.txt", greeting.pin());
    lock("numpy.txt", numpy.pin());
    lock("unhashed.txt", "greeting==1.0\n");
    lock("other-hash.txt", greeting.pin().replaceFirst("sha256:.*", "sha256:" + "0".repeat(64)));
    lock("other-python.txt", OwnWheel.write(directory, "old", "1.0", "cp27-cp27m-any", "").pin());
    lock(
        "other-platform.txt",
        OwnWheel.write(directory, "native", "1.0", "py3-none-win_amd64", "").pin());
    lock(
        "needs.txt",
        OwnWheel.write(directory, "needy", "1.0", "py3-none-any", "Requires-Dist: urllib3>=2\n")
            .pin());
    Path repository = Path.of(Project.property("settings.localRepository"));
    Files.copy(repository.resolve(EXTRA_JAR), directory.resolve("extra-1.0.jar"));
    JarPin postgresql = JarPin.of("postgresql");
    Files.copy(postgresql.file(), directory.resolve("postgresql-99.0.jar"));
    Files.copy(postgresql.file(), directory.resolve("driver-1.0.jar"));
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(directory.resolve("new-1.0.jar")))) {
      zip.putNextEntry(new ZipEntry("New.class"));
      zip.write(new byte[] {-54, -2, -70, -66, 0, 0, 0, TOO_NEW - 256});
    }
  }

  @AfterAll
  static void deleteAdditions() {
    additions.close();
  }

  @Test
  void whatContradictsABakedPinIsRefusedAndNothingIsAdded() {
    Result result =
        run("! rbs-add -r numpy.txt postgresql-99.0.jar extra-1.0.jar && ls /opt/rbs-spark");
    JarPin postgresql = JarPin.of("postgresql");
    assertThat(result.succeeded().output())
        .contains(
            "package 'numpy 2.0.2': expected version " + WheelPin.of("numpy").version(),
            "--replace=numpy",
            "JAR 'postgresql-99.0.jar': expected no other version of it, found '/opt/spark/jars/"
                + postgresql.fileName(),
            "rbs-add: nothing was added")
        .doesNotContain("added.sha256", "extra-1.0");
  }

  /** By what the wheel's lines and the file's name are: nothing of it may be left. */
  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("rbs-add -r unhashed.txt", List.of("Hashes are required", "unhashed.txt'")),
        Arguments.of("rbs-add -r other-hash.txt", List.of("DO NOT MATCH", "other-hash.txt'")),
        Arguments.of("rbs-add -r other-python.txt", List.of("old", "for this Python")),
        Arguments.of("rbs-add -r other-platform.txt", List.of("native", "and platform")),
        Arguments.of("rbs-add -r needs.txt", List.of("needy 1.0 has requirement urllib3>=2")),
        Arguments.of("rbs-add -r none.txt", List.of("'none.txt': expected a file, found none")),
        Arguments.of("rbs-add none.jar", List.of("'none.jar': expected a file, found none")),
        Arguments.of("rbs-add new-1.0.jar", List.of("expected classes for Java", "for Java 99")),
        Arguments.of("rbs-add driver-1.0.jar", List.of("expected classes that no other JAR has")),
        Arguments.of("rbs-add good.txt", List.of("expected a name without spaces")),
        Arguments.of("rbs-add 'extra-1.0.jar#sha256=0'", List.of("expected SHA-256 0, found ")),
        Arguments.of(
            "rbs-add https://repository.example/extra-1.0.jar",
            List.of("expected #sha256=… behind the URL")),
        Arguments.of(
            "rbs-add --replace=none extra-1.0.jar",
            List.of("--replace 'none': expected a package or a JAR's artifact")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  @Tag("full")
  void whatIsRefusedIsNamedAndLeavesNothing(String command, List<String> messages) {
    String state = "find /opt /usr/local /tmp | sort | sha256sum";
    Result result =
        run("before=$(" + state + "); ! " + command + " && [[ $before == $(" + state + ") ]]");
    assertThat(result.succeeded().output()).contains(messages).contains("nothing was added");
  }

  @Test
  @Tag("full")
  void whatIsAddedIsCheckedAndASecondRunAddsNothing() {
    Result result =
        run(
            "rbs-add -r good.txt extra-1.0.jar && rbs-add -r good.txt extra-1.0.jar && rbs-preflight"
                + " && sha256sum --check --strict --quiet /opt/rbs-spark/added.sha256"
                + " && python3 -m pip check && grep -A9 greeting /opt/rbs-spark/sbom.cdx.json"
                + " && echo changed >> /opt/spark/jars/extra-1.0.jar && ! rbs-preflight");
    assertThat(result.succeeded().stdout())
        .contains(
            "rbs-add: added python greeting 1.0",
            "rbs-add: added jar extra 1.0",
            "rbs-add: nothing to add",
            "pkg:pypi/greeting@1.0")
        .containsPattern("python greeting 1.0 +OK .*, added to the image of rbs-spark")
        .containsPattern("jar extra 1.0 +OK .*, added to the image of rbs-spark")
        .containsPattern("foreign files +OK ")
        .containsPattern("jar extra 1.0 +FAIL .*extra-1.0.jar': expected sha256");
  }

  @Test
  @Tag("full")
  void whatIsReplacedLeavesNoTrace() {
    JarPin postgresql = JarPin.of("postgresql");
    WheelPin numpy = WheelPin.of("numpy");
    String old =
        "numpy-%s|%s".formatted(numpy.version(), postgresql.fileName().replace(".jar", ""));
    Result result =
        run(
            "rbs-add -r numpy.txt postgresql-99.0.jar --replace=numpy --replace=postgresql"
                + " && rbs-preflight && ! find /opt /usr/local | grep -E '"
                + old
                + "' && ! grep -rE '"
                + old
                + "' /opt/rbs-spark --include=*.sha256 --include=*.json"
                + " && ls -R /usr/local/lib/python*/dist-packages/numpy*");
    assertThat(result.succeeded().stdout())
        .containsPattern("python numpy 2.0.2 +OK ")
        .containsPattern("jar postgresql 99.0 +OK ")
        .contains("numpy.py")
        .doesNotContain("numpy/core");
  }

  /** What COPY and pip can do to an image, and what preflight says of it. */
  static Stream<Arguments> foreign() {
    return Stream.of(
        Arguments.of("cp extra-1.0.jar /opt/spark/jars", "WARN", "extra-1.0.jar' is not recorded"),
        Arguments.of(
            "cp postgresql-99.0.jar /opt/spark/jars", "FAIL", "expected no other version of it"),
        Arguments.of(
            "rm /opt/rbs-spark/base-files; cp postgresql-99.0.jar /opt/spark/jars",
            "FAIL",
            "expected no other version of it"),
        Arguments.of(
            "cp driver-1.0.jar /opt/spark/jars", "FAIL", "expected classes that no other JAR has"),
        Arguments.of("pip install -q --no-deps ./greeting-1.0-*", "WARN", "greeting.py"),
        Arguments.of(
            "pip install -q --no-deps --ignore-installed ./numpy-2.0.2-*",
            "FAIL",
            "is a second numpy"));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  @Tag("full")
  void whatElseWasAddedIsForeign(String command, String status, String message) {
    Result result = run(command + "; rbs-preflight | grep -A1 '^foreign'");
    assertThat(result.succeeded().stdout())
        .containsPattern("foreign files +" + status)
        .contains(message, "remedy: add it with rbs-add");
  }

  /** RECORD lists what is there, so pip can remove all of it. */
  @Test
  @Tag("full")
  void pipRemovesABakedPackageWithAllItsFiles() {
    String files = "find /usr/local/lib/python*/dist-packages -path '*-packages/numpy*'";
    Result result = run(files + " | wc -l; python3 -m pip uninstall --yes numpy; " + files);
    assertThat(result.succeeded().stdout().lines().toList())
        .hasSizeGreaterThan(1)
        .last()
        .asString()
        .contains("Successfully uninstalled numpy-" + WheelPin.of("numpy").version());
  }

  private static Result run(String script) {
    return new SparkContainer("bash", "-c", "cd /additions && " + script)
        .withUser("0:0")
        .withReadOnly(additions.path(), "/additions")
        .runToEnd();
  }

  private static void lock(String name, String pins) throws IOException {
    Files.writeString(additions.path().resolve(name), "--no-index\n--find-links .\n" + pins);
  }
}
