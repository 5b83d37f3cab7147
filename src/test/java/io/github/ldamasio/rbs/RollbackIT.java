package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.engine.Image;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.scene.EventLogs;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The tag before this one, built from the same sources: each of the two reads what the other has
 * written, and goes on where the other stopped.
 */
@Tag("full")
@EnabledIfSystemProperty(named = "image.phase", matches = "phase1|prod")
@Tag("phase")
class RollbackIT {
  private static final int ROWS = 5000;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private static Scene current;
  private static Scene previous;

  @BeforeAll
  static void buildThePreviousTag() {
    String phase = Project.property("image.phase.previous");
    String image;
    try (ProjectCopy project = ProjectCopy.ofSources()) {
      project.maven("package").ofPhase(phase).run().succeeded();
      image = Image.load(project.path().resolve("target"));
    }
    assertThat(Image.engine().inspectImageCmd(image).exec().getConfig().getLabels())
        .containsEntry(
            "org.opencontainers.image.version",
            Project.property("base.spark.version") + "-" + phase);
    current = Scene.withRows(ROWS);
    previous = current.ofImage(image);
  }

  @AfterAll
  static void stopServers() {
    if (current != null) {
      current.close();
    }
  }

  /**
   * As when the manifests are rolled between two jobs of a day, and the day is run again. What one
   * tag has written the other reads, the event logs too.
   */
  @Test
  void eachTagReadsTheOthersDataAndGoesOnWhereItStopped() {
    EventLogs currentLogs = new EventLogs(current, directory("current"));
    EventLogs previousLogs = new EventLogs(previous, directory("previous"));
    Stream.of(currentLogs, previousLogs).forEach(logs -> logs.maker().runToEnd().succeeded());
    Data bronze = Data.bronze("rolled");
    Data silver = bronze.in(Layer.silver);

    write(currentLogs, bronze);
    assertReads(previous, bronze);
    write(previousLogs, silver);
    assertReads(current, silver);
    write(previousLogs, bronze);
    assertReads(current, bronze);
    write(currentLogs, silver);
    assertReads(previous, silver);
    assertThat(current.objects(bronze))
        .as("the second run has taken the first one's data away")
        .noneMatch(key -> key.contains("/run=000001/"));

    assertShows(previous, currentLogs.directory());
    assertShows(current, previousLogs.directory());
  }

  private static String directory(String tag) {
    return "s3a://" + Scene.BUCKET + "/events-of-" + tag;
  }

  private static void write(EventLogs logs, Data data) {
    logs.writer(data).runToEnd(LIMIT).succeeded();
  }

  private static void assertReads(Scene reader, Data data) {
    String expected = reader.expected(data);
    assertThat(reader.readWithPyarrow(data)).as(data + " with pyarrow").isEqualTo(expected);
    assertThat(reader.readWithSpark(data)).as(data + " with Spark").isEqualTo(expected);
  }

  private static void assertShows(Scene reader, String directory) {
    JsonNode seen = new EventLogs(reader, directory).look(2);
    assertThat(seen.path("applications"))
        .allSatisfy(
            application ->
                assertThat(application.at("/attempts/0/completed").asBoolean())
                    .as(application.toString())
                    .isTrue());
    assertThat(seen.at("/stages/bronze_ingest"))
        .extracting(stage -> stage.path("description").asText())
        .containsExactly(ROWS + " rows of outbox, " + Scene.DAY);
    assertThat(seen.at("/stages/silver_transform")).isNotEmpty();
  }
}
