package io.github.ldamasio.rbs.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.scene.Scene.Data;
import java.util.List;

/** What the tests of the jobs expect of more than one of them. */
public final class JobAssertions {
  private JobAssertions() {}

  /** The run ended with 1, and the last two lines of this stream of it are cause and remedy. */
  public static void assertFailed(Result result, String stream, String cause, String remedy) {
    assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
    List<String> lines = stream.lines().toList();
    assertThat(lines.subList(lines.size() - 2, lines.size()))
        .satisfiesExactly(
            line -> assertThat(line).contains("FAILED: ").contains(cause),
            line -> assertThat(line).contains("remedy: ").contains(remedy));
  }

  /**
   * The data are the rows of a table in PostgreSQL, by its own text of each value, and there are
   * some.
   *
   * @param table a table, or a query in parentheses with a name
   * @param condition which of its rows
   */
  public static void assertSameRows(Scene scene, Data data, String table, String condition) {
    Result compared =
        scene.tool(
            "python3", "/jobs/compare_table.py", table, condition, scene.url(data), data.date());
    assertThat(compared.succeeded().stdout())
        .contains("\"missing\": 0, \"others\": 0")
        .doesNotContain("\"rows\": 0,");
  }
}
