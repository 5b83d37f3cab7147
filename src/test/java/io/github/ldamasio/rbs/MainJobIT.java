package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The job that the image exists for: a PostgreSQL table to Parquet on S3A, where nothing can be
 * downloaded; in each of the ways in which it may be run. Silver follows it.
 */
@Tag("phase")
@Tag("stores")
class MainJobIT {
  private static final int ROWS = 20_000;
  private static final String ARBITRARY_USER = "1000690000:0";
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Data BRONZE = Data.bronze("main");

  private static Scene scene;

  @BeforeAll
  static void copyTheTable() {
    scene = Scene.withRows(ROWS);
    scene.writer(BRONZE).runToEnd(LIMIT).succeeded();
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void sparkSubmitCopiesTheTable() {
    assertThat(scene.expected(BRONZE)).contains("\"rows\": " + ROWS + ",");
    assertHolds(BRONZE);
  }

  @Test
  void plainPythonAsAnArbitraryUserOnReadOnlyRootWithoutCapabilitiesCopiesTheTable() {
    Data data = Data.bronze("python3");
    scene
        .job(data, "python3", data.layer().job())
        .hardened()
        .withUser(ARBITRARY_USER)
        .runToEnd(LIMIT)
        .succeeded();
    assertHolds(data);
  }

  @Test
  void sparkSubmitAsSuchAUserWritesTheLatestStates() {
    Data silver = BRONZE.in(Layer.silver);
    scene.writer(silver).hardened().withUser(ARBITRARY_USER).runToEnd(LIMIT).succeeded();
    assertHolds(silver);
  }

  private static void assertHolds(Data data) {
    assertThat(scene.readWithPyarrow(data)).as(data.toString()).isEqualTo(scene.expected(data));
  }
}
