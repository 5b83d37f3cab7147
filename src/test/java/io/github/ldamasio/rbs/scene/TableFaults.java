package io.github.ldamasio.rbs.scene;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.AnswerGate;
import io.github.ldamasio.rbs.server.HoldingGate;
import io.github.ldamasio.rbs.server.ReplicatedPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs of the jobs that write tables and meet a fault in the middle of a commit. The catalog is in
 * a PostgreSQL server of its own, which can be restarted. Silver's tables are made of the one with
 * the name {@code answer}.
 */
public final class TableFaults implements AutoCloseable {
  /** What the catalog gets as a commit. */
  public static final String UPDATE = "UPDATE iceberg_tables";

  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final String SERVER = "replicated:5433";
  private static final Data DAY = Data.bronze("faults");

  private final Scene scene;
  private final ReplicatedPostgres postgres;
  private final Lake lake;

  /** Faults in this scene, with a server and a catalog. */
  public TableFaults(Scene scene) {
    this.scene = scene;
    postgres = new ReplicatedPostgres(scene.network());
    lake = Lake.in(scene, "replicated", 5433);
  }

  /**
   * Kills the driver of a run when the store or the catalog has got this request, or answers it.
   */
  public void kill(SparkContainer job, String what, String held, int number) {
    try (HoldingGate gate = gate(what, held, number);
        job) {
      through(job).start();
      gate.awaitHeld(job, LIMIT);
      Image.engine().killContainerCmd(job.getContainerId()).exec();
    }
  }

  /** Restarts PostgreSQL when it has got a run's commit, or answers it. */
  public Result restart(SparkContainer job, String what) {
    return meanwhile(job, what, UPDATE, held -> postgres.restartPrimary());
  }

  /** Lets another run end well between a run's last step but one and last. */
  public Result race(SparkContainer job, SparkContainer other) {
    return meanwhile(job, "request", UPDATE, held -> other.runToEnd(LIMIT).succeeded());
  }

  /** Kills the executor of a run of silver while it writes a file. */
  public Result loseExecutor(String table) {
    SparkContainer silver =
        silver(table, "--master=local-cluster[1,1,4096]", "--conf=spark.executor.memory=600m");
    return meanwhile(
        silver.withTmpFs(Map.of("/opt/spark/work", "exec,mode=1777")),
        "answer",
        "^PUT [^ ]*/" + table + "/data/",
        job ->
            job.execute(
                    "bash",
                    "-c",
                    "for of in $(grep -l ^java$ /proc/[0-9]*/comm); do"
                        + " ! grep -qa CoarseGrainedExecutorBackend ${of%comm}cmdline"
                        + " || kill -9 $(echo $of | cut -d/ -f3); done")
                .succeeded());
  }

  /** A run to which the store answers 503 when it writes the table's metadata. */
  public Result busy(String table) {
    try (AnswerGate gate =
        new AnswerGate(scene.network(), "busy", "^PUT [^ ]*\\.metadata\\.json", "SlowDown")) {
      return bronze(
              table,
              "--conf=spark.hadoop.fs.s3a.attempts.maximum=1",
              "--conf=spark.hadoop.fs.s3a.retry.throttle.limit=1")
          .withEnv("S3_ENDPOINT", gate.url())
          .runToEnd(LIMIT);
    }
  }

  private Result meanwhile(
      SparkContainer job, String what, String held, Consumer<SparkContainer> fault) {
    try (HoldingGate gate = gate(what, held, 1);
        job) {
      through(job).start();
      gate.awaitHeld(job, LIMIT);
      fault.accept(job);
      gate.release();
      return job.awaitEnd(LIMIT);
    }
  }

  private HoldingGate gate(String what, String held, int number) {
    return new HoldingGate(scene.network(), "gate", SERVER, what, held, number);
  }

  private SparkContainer through(SparkContainer job) {
    return job.withEnv("S3_ENDPOINT", "http://gate:9000")
        .withEnv("LAKE_JDBC_URL", lake.url().replace(SERVER, "gate:5432"));
  }

  /** Writes all these tables by one process, with its name in each row. */
  public void write(String run, List<String> bronze, List<String> silver) {
    note(run);
    Stream<JobRun> runs =
        Stream.concat(
            bronze.stream().map(table -> run(table, Layer.bronze, table, "")),
            silver.stream().map(table -> run(table, Layer.silver, "answer", table)));
    JobRun.all(scene, lake.environment(), runs.toList()).values().forEach(Result::succeeded);
  }

  private static JobRun run(String name, Layer layer, String bronze, String silver) {
    return JobRun.of(name, DAY.in(layer))
        .with("BRONZE_PATH", "")
        .with("SILVER_PATH", "")
        .with("BRONZE_TABLE", name(bronze))
        .with("SILVER_TABLE", name(silver));
  }

  /** The name of the runs from now on, which their rows have. */
  public void note(String run) {
    scene.execute("update outbox set note = '%s'".formatted(run));
  }

  /** The run that writes a table of bronze. */
  public SparkContainer bronze(String table, String... options) {
    return job(Layer.bronze, options).withEnv("BRONZE_TABLE", name(table));
  }

  /** The run that writes a table of silver. */
  public SparkContainer silver(String table, String... options) {
    return job(Layer.silver, options)
        .withEnv("BRONZE_TABLE", name("answer"))
        .withEnv("SILVER_TABLE", name(table));
  }

  /** Writes all files of a table again, as one that maintains it does. */
  public SparkContainer compaction(String table) {
    return lake.sparkSql(
        "CALL lake.system.rewrite_data_files(table => 'faults.%s', options => map('rewrite-all', 'true'))"
            .formatted(table));
  }

  private SparkContainer job(Layer layer, String... options) {
    Stream<String> words = Stream.concat(Stream.of(options), Stream.of(layer.job()));
    return scene
        .job(Stream.concat(Stream.of("spark-submit"), words).toArray(String[]::new))
        .withEnv("BUSINESS_DATE", DAY.date())
        .withEnv(lake.environment());
  }

  /** A reader of all these tables that does not end by itself. */
  public SparkContainer witness(List<String> tables) {
    Stream<String> command = Stream.of("nice", "-n", "19", "python3", "/jobs/witness_tables.py");
    return scene
        .job(Stream.concat(command, tables.stream().map(TableFaults::name)).toArray(String[]::new))
        .withEnv(lake.environment());
  }

  /** A table's name in Spark. */
  public static String name(String table) {
    return "lake.faults." + table;
  }

  @Override
  public void close() {
    postgres.close();
  }
}
