package io.github.ldamasio.rbs;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Layer;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.scene.Scene.Data;
import io.github.ldamasio.rbs.server.NameServer;
import io.github.ldamasio.rbs.server.Recorder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The jobs' packets go to PostgreSQL, S3 and the name server, and nowhere else. Spark runs in one
 * container here, so that all of its packets are recorded.
 *
 * <p>The name server is a container, since Docker's own answers inside the namespace. ARP may ask
 * for the three addresses. IPv6, multicast and broadcast are findings, whoever sends them.
 */
@Tag("full")
class ZeroDownloadIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String ELSEWHERE = "packages.example.org";

  private static Scene scene;
  private static SparkContainer stranger;
  private static NameServer names;

  @BeforeAll
  static void startServers() {
    scene = Scene.withRows(2000);
    stranger = new SparkContainer("sleep", "infinity").withNetwork(scene.network());
    stranger.start();
    names =
        NameServer.thatKnows(
            scene.network(),
            Map.of(
                "postgres",
                scene.postgres().address(),
                "s3",
                scene.s3().address(),
                ELSEWHERE,
                stranger.address()));
  }

  @AfterAll
  static void stopServers() {
    names.close();
    stranger.close();
    scene.close();
  }

  @Test
  void bronzeAndSilverTalkToNobodyElse() throws IOException {
    Data bronze = Data.bronze("recorded");
    try (Recorder recorder = new Recorder(scene.network(), names.resolvConf())) {
      run(recorder, bronze, "spark-submit", bronze.layer().job()).succeeded();
      Data silver = bronze.in(Layer.silver);
      run(recorder, silver, "spark-submit", silver.layer().job()).succeeded();

      Map<String, Long> recorded = recorder.end();
      Files.writeString(
          Project.TARGET.resolve("zero-download.txt"),
          recorded.entrySet().stream()
              .map(line -> line.getKey() + " " + line.getValue() + "\n")
              .collect(joining()));
      assertThat(recorded).containsEntry("dropped", 0L);
      assertThat(foreign(recorded)).isEmpty();
      // A recorder of nothing finds nothing, too.
      assertThat(recorded.keySet()).containsAll(expected().toList());
    }
    assertThat(scene.readWithPyarrow(bronze)).isEqualTo(scene.expected(bronze));
  }

  @Test
  void theRecorderSeesADownload() {
    Data bronze = Data.bronze("downloading");
    try (Recorder recorder = new Recorder(scene.network(), names.resolvConf())) {
      Result result =
          run(
              recorder,
              bronze,
              "spark-submit",
              "--packages=org.example:tool:1.0",
              "--repositories=http://" + ELSEWHERE + "/maven2",
              bronze.layer().job());
      assertThat(result.exitCode()).as(result.output()).isNotZero();
      Map<String, Long> recorded = recorder.end();
      assertThat(recorded).containsEntry("dropped", 0L);
      assertThat(foreign(recorded))
          .containsExactlyInAnyOrder(
              "arp " + stranger.address(),
              "question " + ELSEWHERE,
              "tcp " + stranger.address() + ":80");
    }
  }

  private static Result run(Recorder recorder, Data data, String... command) {
    return scene
        .job(data, command)
        .withNetworkOf(recorder.namespace())
        .withReadOnly(names.resolvConf(), "/etc/resolv.conf")
        .runToEnd(LIMIT);
  }

  /** What must not have been recorded. */
  private static Set<String> foreign(Map<String, Long> recorded) {
    Set<String> foreign = new TreeSet<>(recorded.keySet());
    foreign.removeAll(
        Stream.concat(
                expected(),
                Stream.of(
                    "seen",
                    "dropped",
                    "arp " + scene.postgres().address(),
                    "arp " + scene.s3().address(),
                    "arp " + names.address()))
            .collect(toCollection(TreeSet::new)));
    return foreign;
  }

  private static Stream<String> expected() {
    return Stream.of(
        "tcp " + scene.postgres().address() + ":5432",
        "tcp " + scene.s3().address() + ":9000",
        "udp " + names.address() + ":53",
        "question postgres",
        "question s3");
  }
}
