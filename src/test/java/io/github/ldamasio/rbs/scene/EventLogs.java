package io.github.ldamasio.rbs.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A directory of Spark's event logs in the bucket of an {@link Scene}, and Spark's history server
 * over it, all as {@code docs/history-server.md} says.
 */
public record EventLogs(Scene scene, String directory) {
  /** Where {@link #look} finds the server. */
  public static final String SERVER = "http://history:18080";

  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** What makes the directory; one that is there stays as it is. */
  public SparkContainer maker() {
    return scene
        .job("python3", "/history-server/event_log_directory.py")
        .withReadOnly(Project.DIRECTORY.resolve("src/main/k8s/history-server"), "/history-server")
        .withEnv("EVENT_LOG_PATH", directory);
  }

  /** The job that writes this data, and its log into the directory. */
  public SparkContainer writer(Data data) {
    return scene.job(
        data,
        "spark-submit",
        "--conf=spark.eventLog.enabled=true",
        "--conf=spark.eventLog.dir=" + directory,
        "--conf=spark.redaction.regex=(?i)secret|password|token|access[.]?key",
        data.layer().job());
  }

  /** The server, as another user and with nothing writable but two directories. */
  public SparkContainer server() {
    return scene
        .job("/opt/spark/bin/spark-class", "org.apache.spark.deploy.history.HistoryServer")
        .withEnv(
            "SPARK_HISTORY_OPTS",
            "-Dspark.history.fs.logDirectory="
                + directory
                + " -Dspark.hadoop.fs.s3a.endpoint=http://s3:9000")
        .withUser("1000690000:0")
        .hardened();
  }

  /**
   * Starts the server, waits until it lists this many applications, and looks at them as a browser
   * would: what {@code look_at_history.py} prints.
   */
  public JsonNode look(int applications) {
    try (SparkContainer server =
        server()
            .withHostName("history")
            .waitingFor(Wait.forLogMessage(".*Bound HistoryServer to.*", 1))) {
      server.start();
      return new ObjectMapper()
          .readTree(
              scene
                  .job("python3", "/jobs/look_at_history.py", SERVER, String.valueOf(applications))
                  .runToEnd(LIMIT)
                  .succeeded()
                  .stdout());
    } catch (JsonProcessingException e) {
      throw new AssertionError("look_at_history.py: expected JSON, found " + e.getMessage(), e);
    }
  }
}
