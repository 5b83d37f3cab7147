package io.github.ldamasio.rbs.scene;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.server.PostgresServer;
import io.github.ldamasio.rbs.server.S3Server;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.testcontainers.containers.Network;

/**
 * The scene of the jobs: a closed network with a PostgreSQL server whose table {@code outbox} is
 * filled, most of it with the events of {@link #DAY}, and an S3 server with one empty bucket.
 */
public final class Scene implements AutoCloseable {
  /** The day of all rows but three. */
  public static final String DAY = "2024-12-27";

  /** The one bucket of the S3 server. */
  public static final String BUCKET = "lake";

  private static final Duration READING = Duration.ofMinutes(3);

  private final Network network;
  private final PostgresServer postgres;
  private final S3Server s3;
  private final String image;

  private Scene(Network network, PostgresServer postgres, S3Server s3, String image) {
    this.network = network;
    this.postgres = postgres;
    this.s3 = s3;
    this.image = image;
  }

  /** Starts the servers and fills the table with this many rows of the day, and three others. */
  public static Scene withRows(int rows) {
    Network network = SparkContainer.internalNetwork();
    PostgresServer postgres = null;
    S3Server s3 = null;
    try {
      postgres = new PostgresServer(network);
      s3 = new S3Server(network);
      Scene scene = new Scene(network, postgres, s3, Image.id());
      scene.fill(rows);
      return scene;
    } catch (RuntimeException e) {
      closeAll(s3, postgres, network);
      throw e;
    }
  }

  private void fill(int rows) {
    job("python3", "/jobs/fill_postgres.py")
        .withEnv("ROWS", String.valueOf(rows))
        .runToEnd(READING)
        .succeeded();
    job("python3", "/jobs/create_bucket.py").runToEnd().succeeded();
  }

  /** The same scene with its jobs in containers of another image, given by its id; not to close. */
  public Scene ofImage(String id) {
    return new Scene(network, postgres, s3, id);
  }

  /** The closed network. */
  public Network network() {
    return network;
  }

  /** The PostgreSQL server. */
  public PostgresServer postgres() {
    return postgres;
  }

  /** The S3 server. */
  public S3Server s3() {
    return s3;
  }

  /**
   * A container that can run the tests' jobs, which lie in {@code /jobs}: it knows where the
   * servers are.
   */
  public SparkContainer job(String... command) {
    return new SparkContainer(command)
        .ofImage(image)
        .withNetwork(network)
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
        .withEnv(environment());
  }

  /** Where the servers are and what is in them, for a container that shall know it. */
  public Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(S3Server.environment());
    all.putAll(PostgresServer.environment());
    all.put("BUCKET", BUCKET);
    return all;
  }

  /** A container with all that the job of this data needs to know. */
  public SparkContainer job(Data data, String... command) {
    return job(command)
        .withEnv(
            Map.of(
                "SOURCE_TABLE",
                "outbox",
                "BRONZE_PATH",
                "s3a://" + BUCKET + "/" + data.prefix() + "/bronze",
                "SILVER_PATH",
                "s3a://" + BUCKET + "/" + data.prefix() + "/silver",
                "BUSINESS_DATE",
                data.date()));
  }

  /** The job that writes this data, by {@code spark-submit}. */
  public SparkContainer writer(Data data) {
    return job(data, "spark-submit", data.layer().job());
  }

  /** Number of rows and digest, as PostgreSQL computes what the data should be. */
  public String expected(Data data) {
    return report(job("python3", "/jobs/digest_in_postgres.py", data.layer().name(), data.date()));
  }

  /** Number of rows and digest of the data, as a fresh container reads them with Spark. */
  public String readWithSpark(Data data) {
    return report(job("spark-submit", "/jobs/read_with_spark.py", data.path(), data.date()));
  }

  /** Number of rows and digest of the data, as a fresh container reads them with pyarrow. */
  public String readWithPyarrow(Data data) {
    return report(job("python3", "/jobs/read_with_pyarrow.py", data.path(), data.date()));
  }

  /** The keys of all objects of this layer, whatever their date. */
  public List<String> objects(Data data) {
    return job("python3", "/jobs/list_objects.py", data.path())
        .runToEnd()
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Runs SQL. */
  public void execute(String sql) {
    String code =
        "import psycopg2, sys; c = psycopg2.connect(''); c.autocommit = True;"
            + " c.cursor().execute(sys.argv[1])";
    job("python3", "-c", code, sql).runToEnd().succeeded();
  }

  /** The one line of JSON that a job prints; spark-submit prints a line of its own before it. */
  private static String report(SparkContainer reader) {
    return reader
        .runToEnd(READING)
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> line.startsWith("{"))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    closeAll(s3, postgres, network);
  }

  private static void closeAll(AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException("Cleaning up after a test failed: " + e.getMessage(), e);
      }
    }
  }

  /** What a job writes. */
  public enum Layer {
    bronze("bronze_ingest.py"),
    silver("silver_transform.py");

    private final String file;

    Layer(String file) {
      this.file = file;
    }

    /** The job's file in the image. */
    public String job() {
      return "/opt/rbs-spark/jobs/" + file;
    }
  }

  /** The data of one layer and day, below a prefix that a test has for itself. */
  public record Data(String prefix, Layer layer, String date) {
    /** Bronze of {@link Scene#DAY}. */
    public static Data bronze(String prefix) {
      return new Data(prefix, Layer.bronze, DAY);
    }

    /** The same day's data of this layer. */
    public Data in(Layer other) {
      return new Data(prefix, other, date);
    }

    /** The same layer's data of this day. */
    public Data of(String day) {
      return new Data(prefix, layer, day);
    }

    String path() {
      return prefix + "/" + layer;
    }
  }
}
