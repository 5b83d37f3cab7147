package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import io.github.ldamasio.rbs.process.LinkedTree;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import io.github.ldamasio.rbs.server.SilentServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.containers.Network;

/** {@code rbs-preflight} in containers of the image: what it says of the image and around it. */
class PreflightIT {
  private static final Path LAYERS = Project.TARGET.resolve("layers");

  @Test
  void theImageHolds() {
    PreflightRun run = PreflightRun.of(new SparkContainer("rbs-preflight")).holds();
    Stream<String> jars = JarPin.all().stream().map(pin -> pin.artifactId() + " " + pin.version());
    Stream<String> wheels =
        WheelPin.all().stream().map(pin -> pin.distribution() + " " + pin.version());
    assertThat(run.lines("OK"))
        .extracting(line -> line.replaceFirst("^(jar|python) (\\S+ \\S+) .*", "$2"))
        .containsAll(Stream.concat(jars, wheels).toList());
  }

  @Test
  @Tag("full")
  void anArbitraryUserOnReadOnlyRootIsFine() {
    PreflightRun run =
        PreflightRun.of(new SparkContainer("rbs-preflight").hardened().withUser("1000690000:0"));
    assertThat(run.holds().lines("WARN")).isEmpty();
  }

  /** Root can change Spark on each base, the base's own user on the official one. */
  @Test
  void aRuntimeThatTheJobCanChangeIsAWarning() {
    PreflightRun run = PreflightRun.of(new SparkContainer("rbs-preflight").withUser("0:0")).holds();
    assertThat(run.lines("WARN"))
        .singleElement(STRING)
        .contains("read-only runtime", "'/opt/spark': expected nothing that this user can change");
  }

  @Test
  @EnabledIfSystemProperty(named = "image.phase", matches = "phase0")
  void aPhaseWithoutACatalogSaysWhichHaveOne() {
    PreflightRun.of(new SparkContainer("rbs-preflight", "--no-image", "--catalog"))
        .failsOnlyFor("catalog settings", "found one without", "use 3.5.0-phase1 or 3.5.0-prod");
  }

  @Test
  @Tag("full")
  void theInventoryAndItsListsAreForSha256sum() {
    String lists = "/usr/local/lib/python%s/dist-packages/*.dist-info/files.sha256";
    String check = "sha256sum --check --quiet --strict /opt/rbs-spark/inventory.sha256 " + lists;
    new SparkContainer("bash", "-c", check.formatted(Project.property("base.python")))
        .runToEnd()
        .succeeded();
  }

  /** Files mounted over the image's, packages in front of them, too little memory, no volume. */
  @Test
  void allFaultsOfARunAreNamedAndNothingElse() throws IOException {
    JarPin hadoop = JarPin.of("hadoop-aws");
    Path hadoopJar = Path.of("/opt/spark/jars", hadoop.fileName());
    JarPin postgresql = JarPin.of("postgresql");
    Path boto3 = Path.of("boto3/session.py");
    String python = "python" + Project.property("base.python");
    Path baked = Path.of("/usr/local/lib", python, "dist-packages").resolve(boto3);
    try (TemporaryDirectory jars = new TemporaryDirectory("jars-");
        TemporaryDirectory modules = new TemporaryDirectory("modules-");
        TemporaryDirectory packages = new TemporaryDirectory("packages-")) {
      LinkedTree.withFlippedBit(hadoop.file().getParent(), hadoopJar.getFileName(), jars.path());
      LinkedTree.withFlippedBit(LAYERS.resolve(python), boto3, modules.path());
      writeMetadata(packages.path());
      PreflightRun run =
          PreflightRun.of(
              withMemory(3 << 10, "rbs-preflight")
                  .withCreateContainerCmdModifier(
                      create -> create.getHostConfig().withReadonlyRootfs(true))
                  .withTmpFs(Map.of("/tmp", "noexec,mode=1777"))
                  .withReadOnly(jars.path().resolve(hadoopJar.getFileName()), hadoopJar.toString())
                  .withReadOnly(postgresql.file(), "/opt/spark/jars/postgresql-42.2.0.jar")
                  .withReadOnly(modules.path().resolve(boto3), baked.toString())
                  .withReadOnly(packages.path(), "/packages")
                  .withEnv("PYTHONPATH", "/packages"));
      run.failsFor("jar hadoop-aws", hadoopJar + "': expected sha256 " + hadoop.sha256(), "pull");
      run.failsFor(
          "foreign files",
          "'postgresql-42.2.0.jar': expected no other version of it, found '/opt/spark/jars/"
              + postgresql.fileName(),
          "add it with rbs-add");
      run.failsFor("python boto3", baked.toString(), "mount nothing over these files");
      run.failsFor("python packages", "found 'boto3 9.9.9'", "unset PYTHONPATH");
      run.failsFor(
          "executor memory",
          "4096 MiB and overhead make 4505 MiB, the container can have 3072 MiB",
          "--role driver");
      run.failsFor(
          "native libraries",
          "'/tmp': expected files that can be executed, found a mount with noexec",
          "--tmpfs /tmp:exec");
      run.failsFor(
          "work-dir writable", "/opt/spark/work-dir': expected to be writable", "emptyDir");
      assertThat(run.lines("FAIL")).hasSize(7);
    }
  }

  private static void writeMetadata(Path packages) throws IOException {
    Path info = Files.createDirectory(packages.resolve("boto3-9.9.9.dist-info"));
    Files.writeString(
        info.resolve("METADATA"), "Metadata-Version: 2.1\nName: boto3\nVersion: 9.9.9\n");
    Files.setPosixFilePermissions(packages, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  @Tag("full")
  void memoryThatSufficesForADriverDoes() {
    PreflightRun.of(withMemory(3 << 10, "rbs-preflight", "--role=driver")).holds();
  }

  @Test
  @Tag("full")
  void anotherInventoryIsNamed() {
    PreflightRun.of(
            new SparkContainer("rbs-preflight")
                .withReadOnly(
                    Project.DIRECTORY.resolve("pom.xml"), "/opt/rbs-spark/inventory.sha256"))
        .failsOnlyFor("inventory", "inventory line", "mount nothing over /opt/rbs-spark");
  }

  /** Each check has its limit, so the program ends; the report is JSON that Python reads. */
  @Test
  @Tag("full")
  void itEndsThoughNothingAnswersAndTellsAllAsJson() {
    String script =
        "rbs-preflight --no-image --json --jdbc jdbc:postgresql://%1$s/x --s3 s3a://lake/"
            + " --conf spark.hadoop.fs.s3a.endpoint=http://%1$s > /tmp/report.json; echo $?;"
            + " python3 -c 'import json; print([c[\"check\"] for c in"
            + " json.load(open(\"/tmp/report.json\"))[\"checks\"] if c[\"status\"] == \"FAIL\"])'";
    try (Network network = SparkContainer.internalNetwork();
        SilentServer silent = new SilentServer(network, "silent", 9000)) {
      Result result =
          new SparkContainer("bash", "-c", script.formatted(silent.address()))
              .withNetwork(network)
              .runToEnd();
      assertThat(result.succeeded().stdout()).isEqualTo("1\n['s3 connect', 'jdbc connect']\n");
    }
  }

  @Test
  void wrongUsageIsToldAllAtOnce() {
    Result result =
        new SparkContainer("rbs-preflight", "--role=both", "--table=outbox", "a-password")
            .runToEnd();
    assertThat(result.stderr())
        .contains("--role 'both'", "--table: expected --jdbc", "argument: expected", "Usage:")
        .doesNotContain("a-password");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  private static SparkContainer withMemory(long mebibytes, String... command) {
    return new SparkContainer(command)
        .withCreateContainerCmdModifier(
            create -> create.getHostConfig().withMemory(mebibytes << 20));
  }
}
