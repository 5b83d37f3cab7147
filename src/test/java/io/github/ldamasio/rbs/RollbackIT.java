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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The tag before this one, built from the same sources: each of the two reads what the other has
 * written, and goes on where the other stopped.
 */
class RollbackIT {
  private static final int ROWS = 20_000;
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

  @Test
  void thePreviousTagReadsWhatThisOneWrote() {
    assertReads(previous, current, "back");
  }

  @Test
  void thisTagReadsWhatThePreviousOneWrote() {
    assertReads(current, previous, "forward");
  }

  /** As when the manifests are rolled between two jobs of a day, and the day is run again. */
  @Test
  void eachTagGoesOnWhereTheOtherStopped() {
    Data bronze = Data.bronze("rolled");
    Data silver = bronze.in(Layer.silver);
    run(current, bronze);
    run(previous, silver);
    assertHolds(current, silver);
    run(previous, bronze);
    run(current, silver);
    for (Data data : List.of(bronze, silver)) {
      assertHolds(previous, data);
    }
    assertThat(current.objects(bronze))
        .as("the second run has taken the first one's data away")
        .noneMatch(key -> key.contains("/run=000001-"));
  }

  private static void assertReads(Scene reader, Scene writer, String name) {
    String directory = "s3a://" + Scene.BUCKET + "/events-" + name;
    EventLogs logs = new EventLogs(writer, directory);
    logs.maker().runToEnd().succeeded();
    Data bronze = Data.bronze(name);
    for (Data data : List.of(bronze, bronze.in(Layer.silver))) {
      logs.writer(data).runToEnd(LIMIT).succeeded();
      assertHolds(reader, data);
      assertThat(reader.readWithSpark(data)).as(data.toString()).isEqualTo(reader.expected(data));
    }

    JsonNode seen = new EventLogs(reader, directory).look(2);
    assertThat(seen.path("applications"))
        .allSatisfy(
            application ->
                assertThat(application.at("/attempts/0/completed").asBoolean())
                    .as(application.toString())
                    .isTrue());
    long written = 0;
    for (JsonNode stage : seen.at("/stages/bronze_ingest")) {
      written += stage.path("outputRecords").asLong();
    }
    assertThat(written).as("rows that bronze wrote, in the event log").isEqualTo(ROWS);
    assertThat(seen.at("/stages/silver_transform")).isNotEmpty();
  }

  private static void run(Scene scene, Data data) {
    scene.writer(data).runToEnd(LIMIT).succeeded();
  }

  private static void assertHolds(Scene reader, Data data) {
    assertThat(reader.readWithPyarrow(data)).as(data.toString()).isEqualTo(reader.expected(data));
  }
}
