package io.github.ldamasio.rbs.scene;

import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.server.PostgresServer;
import io.github.ldamasio.rbs.server.S3Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.testcontainers.containers.Network;

/**
 * The scene of the jobs: a closed network with PostgreSQL and S3. All scenes of a JVM share these
 * servers. Each has a database of its own, whose table {@code outbox} is filled, most of it with
 * the events of {@link #DAY}, and a prefix of its own in the bucket.
 */
public final class Scene implements AutoCloseable {
  /** The day of all rows but three. */
  public static final String DAY = "2024-12-27";

  /** The one bucket of the S3 server. */
  public static final String BUCKET = "lake";

  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final AtomicInteger SCENES = new AtomicInteger();

  private final Servers servers;
  private final String name;
  private final String image;

  private Scene(Servers servers, String name, String image) {
    this.servers = servers;
    this.name = name;
    this.image = image;
  }

  /** A scene whose table has this many rows of the day, and three others. */
  public static Scene withRows(int rows) {
    String name = "scene" + SCENES.incrementAndGet();
    Scene scene = new Scene(Servers.running(), name, Image.id());
    scene.tool("env", "ROWS=" + rows, "python3", "/jobs/fill_postgres.py").succeeded();
    return scene;
  }

  /** The same scene with its jobs in containers of another image, given by its id; not to close. */
  public Scene ofImage(String id) {
    return new Scene(servers, name, id);
  }

  /** The name of its database, and its prefix in the bucket. */
  public String name() {
    return name;
  }

  /** The closed network. */
  public Network network() {
    return servers.network();
  }

  /** The PostgreSQL server. */
  public PostgresServer postgres() {
    return servers.postgres();
  }

  /** The S3 server. */
  public S3Server s3() {
    return servers.s3();
  }

  /**
   * A container that can run the tests' jobs, which lie in {@code /jobs}: it knows where the
   * servers are.
   */
  public SparkContainer job(String... command) {
    return s3().trustedBy(new SparkContainer(command))
        .ofImage(image)
        .withNetwork(network())
        .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
        .withEnv(environment());
  }

  /** Where the servers are and what is in them, for a container that shall know it. */
  public Map<String, String> environment() {
    Map<String, String> all = servers.environment();
    all.putAll(own());
    return all;
  }

  /** What differs from other scenes. */
  private Map<String, String> own() {
    return Map.of(
        "PGDATABASE", name, "JDBC_URL", "jdbc:postgresql://postgres:5432/" + name, "PREFIX", name);
  }

  /** What the job of this data needs to know besides. */
  Map<String, String> environment(Data data) {
    return Map.of(
        "BRONZE_PATH",
        url(data.in(Layer.bronze)),
        "SILVER_PATH",
        url(data.in(Layer.silver)),
        "BUSINESS_DATE",
        data.date());
  }

  /** A container with all that the job of this data needs to know. */
  public SparkContainer job(Data data, String... command) {
    return job(command).withEnv(environment(data));
  }

  /** The job that writes this data, by {@code spark-submit}. */
  public SparkContainer writer(Data data) {
    return job(data, "spark-submit", data.layer().job());
  }

  /** Runs a program of the tests' beside the servers, with the environment of this scene. */
  public Result tool(String... command) {
    List<String> words = new ArrayList<>(List.of("env"));
    own().forEach((variable, value) -> words.add(variable + "=" + value));
    words.addAll(List.of(command));
    return servers.tools().execute(LIMIT, words.toArray(String[]::new));
  }

  /** Number of rows and digest, as PostgreSQL computes what the data should be. */
  public String expected(Data data) {
    return report(tool("python3", "/jobs/digest_in_postgres.py", data.layer().name(), data.date()));
  }

  /** Number of rows and digest of the data, as a fresh container reads them with Spark. */
  public String readWithSpark(Data data) {
    return report(
        job("spark-submit", "/jobs/read_with_spark.py", path(data), data.date()).runToEnd(LIMIT));
  }

  /** Number of rows and digest of the data, as pyarrow reads them in a container of the image. */
  public String readWithPyarrow(Data data) {
    String[] reader = {"python3", "/jobs/read_with_pyarrow.py", path(data), data.date()};
    return report(image.equals(Image.id()) ? tool(reader) : job(reader).runToEnd(LIMIT));
  }

  /** The keys of all objects of this layer, whatever their date. */
  public List<String> objects(Data data) {
    Result listing = tool("python3", "/jobs/list_objects.py", path(data));
    return listing.succeeded().stdout().lines().toList();
  }

  /** Runs SQL. */
  public void execute(String sql) {
    tool("python3", "/jobs/execute_sql.py", sql).succeeded();
  }

  /** Where a job reads or writes this data. */
  public String url(Data data) {
    return "s3a://" + BUCKET + "/" + path(data);
  }

  private String path(Data data) {
    return name + "/" + data.prefix() + "/" + data.layer();
  }

  /** The one line of JSON that a job prints; Spark prints lines of its own before it. */
  public static String report(Result reader) {
    return reader
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> line.startsWith("{"))
        .collect(Collectors.joining("\n"));
  }

  /** Gives back what the scene takes in the servers, which go on running. */
  @Override
  public void close() {
    tool("python3", "/jobs/close_scene.py").succeeded();
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
  }
}
