package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.CarriedJar;
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
import org.junit.jupiter.api.Test;
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

  /** The fastest of three runs: what else runs on the machine is not what is measured. */
  @Test
  void itTakesLessThanThreeSeconds() {
    String script = "TIMEFORMAT=%R; for i in 1 2 3; do time rbs-preflight > /tmp/report; done";
    Result result = new SparkContainer("bash", "-ec", script).runToEnd().succeeded();
    assertThat(result.stderr().lines().mapToDouble(Double::parseDouble).min().orElseThrow())
        .as("seconds, the fastest of:\n" + result.stderr())
        .isLessThan(3);
  }

  @Test
  void anArbitraryUserOnReadOnlyRootIsFine() {
    PreflightRun.of(new SparkContainer("rbs-preflight").hardened().withUser("1000690000:0"))
        .holds();
  }

  @Test
  void theBaseCarriesWhatPreflightIsCompiledAgainst() {
    assertThat(CarriedJar.all()).isNotEmpty();
    String[] command =
        Stream.concat(
                Stream.of("ls"),
                CarriedJar.all().stream().map(jar -> "/opt/spark/jars/" + jar.fileName()))
            .toArray(String[]::new);
    new SparkContainer(command).runToEnd().succeeded();
  }

  @Test
  void theInventoryAndItsListsAreForSha256sum() {
    String lists = "/usr/local/lib/python%s/dist-packages/*.dist-info/files.sha256";
    String check = "sha256sum --check --quiet /opt/rbs-spark/inventory.sha256 " + lists;
    new SparkContainer("bash", "-c", check.formatted(Project.property("base.python")))
        .runToEnd()
        .succeeded();
  }

  @Test
  void flippedBitsAreNamedAllAtOnce() {
    JarPin jar = JarPin.of("hadoop-aws");
    Path jars = Path.of("opt/spark/jars", jar.fileName());
    Path module = Path.of("boto3/session.py");
    try (TemporaryDirectory changedJar = new TemporaryDirectory("jar-");
        TemporaryDirectory changedModule = new TemporaryDirectory("module-")) {
      LinkedTree.withFlippedBit(LAYERS.resolve("hadoop-aws"), jars, changedJar.path());
      String python = "python" + Project.property("base.python");
      LinkedTree.withFlippedBit(LAYERS.resolve(python), module, changedModule.path());
      String packages = "/usr/local/lib/" + python + "/dist-packages/";
      PreflightRun run =
          PreflightRun.of(
              new SparkContainer("rbs-preflight")
                  .withReadOnly(changedJar.path().resolve(jars), "/" + jars)
                  .withReadOnly(changedModule.path().resolve(module), packages + module));
      run.failsFor("jar hadoop-aws", "/" + jars + "': expected sha256 " + jar.sha256(), "pull");
      run.failsFor("python boto3", packages + module, "mount nothing over these files");
      assertThat(run.lines("FAIL")).hasSize(2);
    }
  }

  @Test
  void aSecondVersionOfAJarIsNamed() {
    Path other =
        LAYERS.resolve("postgresql/opt/spark/jars").resolve(JarPin.of("postgresql").fileName());
    PreflightRun.of(
            new SparkContainer("rbs-preflight")
                .withReadOnly(other, "/opt/spark/jars/postgresql-42.2.0.jar"))
        .failsOnlyFor("jar postgresql", "postgresql-42.2.0.jar' is a second postgresql", "mount");
  }

  @Test
  void aPythonPackageInFrontOfTheBakedOneIsNamed() throws IOException {
    try (TemporaryDirectory directory = new TemporaryDirectory("packages-")) {
      Path info = Files.createDirectory(directory.path().resolve("boto3-9.9.9.dist-info"));
      Files.writeString(
          info.resolve("METADATA"), "Metadata-Version: 2.1\nName: boto3\nVersion: 9.9.9\n");
      Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
      PreflightRun.of(
              new SparkContainer("rbs-preflight")
                  .withReadOnly(directory.path(), "/packages")
                  .withEnv("PYTHONPATH", "/packages"))
          .failsOnlyFor("python packages", "found 'boto3 9.9.9'", "unset PYTHONPATH");
    }
  }

  @Test
  void memoryThatTheContainerCannotHaveIsNamed() {
    PreflightRun.of(withMemory(3 << 10, "rbs-preflight"))
        .failsOnlyFor(
            "executor memory",
            "4096 MiB and overhead make 4505 MiB, the container can have 3072 MiB",
            "--role driver");
    PreflightRun.of(withMemory(3 << 10, "rbs-preflight", "--role=driver")).holds();
  }

  @Test
  void aDirectoryThatIsNotWritableIsNamed() {
    SparkContainer container = new SparkContainer("rbs-preflight");
    container.withCreateContainerCmdModifier(
        create -> create.getHostConfig().withReadonlyRootfs(true));
    container.withTmpFs(Map.of("/tmp", "exec,mode=1777"));
    PreflightRun run = PreflightRun.of(container);
    run.failsFor("work-dir writable", "'/opt/spark/work-dir': expected to be writable", "emptyDir");
  }

  @Test
  void anotherInventoryIsNamed() {
    PreflightRun.of(
            new SparkContainer("rbs-preflight")
                .withReadOnly(
                    Project.DIRECTORY.resolve("pom.xml"), "/opt/rbs-spark/inventory.sha256"))
        .failsOnlyFor("inventory", "inventory line", "mount nothing over /opt/rbs-spark");
  }

  @Test
  void itEndsInTimeThoughNothingAnswersAndTellsAllAsJson() {
    String script =
        "SECONDS=0; rbs-preflight --json --jdbc jdbc:postgresql://%1$s/x --s3 s3a://lake/"
            + " --conf spark.hadoop.fs.s3a.endpoint=http://%1$s > /tmp/report.json;"
            + " echo $? $((SECONDS < 15)); python3 -c 'import json; print([c[\"check\"] for c in"
            + " json.load(open(\"/tmp/report.json\"))[\"checks\"] if c[\"status\"] == \"FAIL\"])'";
    try (Network network = SparkContainer.internalNetwork();
        SilentServer silent = new SilentServer(network, "silent", 9000)) {
      Result result =
          new SparkContainer("bash", "-c", script.formatted(silent.address()))
              .withNetwork(network)
              .runToEnd();
      assertThat(result.succeeded().stdout()).isEqualTo("1 1\n['s3 connect', 'jdbc connect']\n");
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
