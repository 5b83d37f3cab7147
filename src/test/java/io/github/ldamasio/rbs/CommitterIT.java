package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.StandaloneCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * If a process is killed while it writes to S3A, no row is lost or doubled, and nothing is left.
 */
@Tag("full")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
@Tag("phase")
class CommitterIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int ROWS = 48_000;

  /** All but the last, which never ends. */
  private static final String DONE = "3";

  @AutoClose private static Scene scene;

  @BeforeAll
  static void start() {
    scene = Scene.withRows(1);
  }

  @Test
  void filesAppearWithoutARename() {
    Result result = write("whole", "none").runToEnd(LIMIT).succeeded();
    assertThat(result.output()).doesNotContain("_temporary");
    assertIsWhole("whole");
    // The committers of S3A write a JSON file, the usual one leaves it empty.
    String code =
        "import boto3, os, sys; print(boto3.client('s3', endpoint_url=os.environ['S3_ENDPOINT'])"
            + ".get_object(Bucket='lake', Key=sys.argv[1])['Body'].read().decode())";
    assertThat(scene.tool("python3", "-c", code, prefix("whole") + "/_SUCCESS").stdout())
        .contains("\"committer\" : \"magic\"")
        // of the job, and none of a task
        .contains("\"op_mkdirs\" : 2,");
  }

  /** docs/phases.md says so; what was there stays. */
  @Test
  void dynamicPartitionOverwriteIsRefused() {
    String code =
        """
        import os
        from pyspark.sql import SparkSession
        endpoint = os.environ["S3_ENDPOINT"]
        spark = SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", endpoint).getOrCreate()
        path = "s3a://lake/" + os.environ["PREFIX"] + "/dynamic"
        spark.range(2).selectExpr("id", "id day").write.partitionBy("day").parquet(path)
        spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
        try:
            one = spark.range(1).selectExpr("id", "id day").write.partitionBy("day")
            one.mode("overwrite").parquet(path)
        except Exception as e:
            print([line for line in str(e).splitlines() if "dynamicPartition" in line], spark.read.parquet(path).count())
        """;
    assertThat(scene.job("python3", "-c", code).runToEnd(LIMIT).succeeded().stdout())
        .matches("(?s).*does not support dynamicPartitionOverwrite.* 2\\s*");
  }

  /** Half of the tasks have no row, and the others write a file for each value of a column. */
  @Test
  void tasksWithoutARowAndWithSeveralFilesAreCommitted() {
    String code =
        """
        import boto3, os
        from pyspark.sql import SparkSession
        endpoint, prefix = os.environ["S3_ENDPOINT"], os.environ["PREFIX"] + "/empty"
        spark = SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", endpoint).getOrCreate()
        path = "s3a://lake/" + prefix
        rows = spark.range(0, 1000, 1, 8).where("id >= 500").selectExpr("id", "id % 3 day")
        rows.write.partitionBy("day").parquet(path)
        print(*spark.read.parquet(path).selectExpr("count(*)", "count(distinct id)").first())
        s3 = boto3.client("s3", endpoint_url=endpoint)
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket="lake", Prefix=prefix)["Contents"]]
        print(sum(key.endswith(".parquet") for key in keys), [key for key in keys if "__magic" in key])
        """;
    assertThat(scene.job("python3", "-c", code).runToEnd(LIMIT).succeeded().stdout())
        .isEqualTo("500 500\n12 []\n");
  }

  @Test
  void aTaskThatIsKilledMidWriteLeavesNothing() {
    try (StandaloneCluster cluster = new StandaloneCluster(scene.network(), "worker1", "worker2")) {
      Result result =
          write("task", "task", "--master=" + cluster.url(), "--executor-memory=800m")
              .runToEnd(LIMIT)
              .succeeded();
      assertThat(result.stderr()).contains("Lost task 3.0 in stage");
    }
    assertIsWhole("task");
  }

  /** And what it left behind goes with the command of docs/phases.md. */
  @Test
  void aDriverThatIsKilledBeforeTheCommitShowsNoRow() {
    try (SparkContainer driver = write("driver", "driver")) {
      driver.start();
      assertThat(describe("driver", DONE).path("rows").asInt()).as("before").isZero();
      Image.engine().killContainerCmd(driver.getContainerId()).exec();
    }
    JsonNode killed = describe("driver");
    assertThat(killed.path("rows").asInt()).as("after").isZero();
    assertThat(killed.path("uploads").asInt()).as("uploads that wait").isGreaterThanOrEqualTo(3);
    scene.tool("python3", "/opt/rbs-spark/jobs/abort_uploads.py", url("driver"), "0").succeeded();
    assertThat(describe("driver").path("uploads").asInt()).as("after the clean-up").isZero();
    write("driver", "none").runToEnd(LIMIT).succeeded();
    assertIsWhole("driver");
  }

  private static void assertIsWhole(String prefix) {
    assertThat(describe(prefix).toString())
        .isEqualTo(
            "{\"rows\":%d,\"distinct\":%d,\"uploads\":0,\"others\":[]}".formatted(ROWS, ROWS));
  }

  private static JsonNode describe(String name, String... waitFor) {
    List<String> command = new ArrayList<>(List.of("python3", "/jobs/describe_output.py"));
    command.add(prefix(name));
    command.addAll(List.of(waitFor));
    String output = scene.tool(command.toArray(String[]::new)).succeeded().stdout();
    try {
      return new ObjectMapper().readTree(output);
    } catch (JsonProcessingException e) {
      throw new AssertionError("expected JSON, found: " + output, e);
    }
  }

  private static SparkContainer write(String name, String killed, String... options) {
    List<String> command = new ArrayList<>(List.of("spark-submit"));
    command.addAll(List.of(options));
    command.add("--conf=spark.hadoop.fs.s3a.multipart.size=5M");
    command.addAll(List.of("/jobs/write_rows.py", url(name), killed));
    return scene.job(command.toArray(String[]::new));
  }

  private static String url(String name) {
    return "s3a://" + Scene.BUCKET + "/" + prefix(name);
  }

  private static String prefix(String name) {
    return scene.environment().get("PREFIX") + "/" + name;
  }
}
