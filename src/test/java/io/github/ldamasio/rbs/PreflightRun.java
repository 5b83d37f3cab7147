package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene;
import io.github.ldamasio.rbs.server.PostgresServer;
import io.github.ldamasio.rbs.server.S3Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How a run of {@code rbs-preflight} ended, none of whose lines holds a secret. */
record PreflightRun(Result result) {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  PreflightRun {
    assertThat(result.output()).doesNotContain(secrets());
  }

  /** Runs a container whose command is or ends with {@code rbs-preflight}. */
  static PreflightRun of(SparkContainer container) {
    return new PreflightRun(container.runToEnd(LIMIT));
  }

  /**
   * Runs preflight beside the servers of this scene and without a look at the image. Arguments of
   * the form {@code NAME=value} in front are variables.
   */
  static PreflightRun of(Scene scene, String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    int variables = (int) command.stream().takeWhile(word -> !word.startsWith("-")).count();
    command.addAll(variables, List.of("rbs-preflight", "--no-image"));
    command.add(0, "env");
    return new PreflightRun(scene.tool(command.toArray(String[]::new)));
  }

  /** The argument for this location. */
  static String s3(String url) {
    return "--s3=" + url;
  }

  /** The argument for the store at this URL. */
  static String endpoint(String url) {
    return "--conf=spark.hadoop.fs.s3a.endpoint=" + url;
  }

  private static List<String> secrets() {
    return Stream.of(PostgresServer.environment(), S3Server.environment())
        .map(Map::entrySet)
        .flatMap(Collection::stream)
        .filter(variable -> variable.getKey().matches("PGPASSWORD|AWS_.*"))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** All lines of checks that ended so. */
  List<String> lines(String status) {
    return result.stdout().lines().filter(line -> line.matches("\\S.* " + status + " .*")).toList();
  }

  /** Asserts that all checks hold. */
  PreflightRun holds() {
    result.succeeded();
    assertThat(lines("FAIL")).isEmpty();
    assertThat(lines("SKIP")).isEmpty();
    return this;
  }

  /** Asserts that one check alone fails, for this cause and with this remedy. */
  void failsOnlyFor(String check, String cause, String remedy) {
    assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
    assertThat(lines("FAIL")).as(result.output()).hasSize(1);
    failsFor(check, cause, remedy);
  }

  /** Asserts that this check fails, for this cause and with this remedy. */
  void failsFor(String check, String cause, String remedy) {
    List<String> lines = result.stdout().lines().toList();
    int failed =
        lines.indexOf(
            lines("FAIL").stream()
                .filter(line -> line.startsWith(check + " "))
                .findFirst()
                .orElseThrow(
                    () -> new AssertionError("'" + check + "' holds:\n" + result.output())));
    assertThat(lines.get(failed)).contains(cause);
    assertThat(lines.get(failed + 1)).contains("remedy: ", remedy);
  }
}
