package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Pom;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * PySpark's functions on Arrow and pandas. With pandas each works; without it, those that need it
 * say so.
 */
@Tag("phase")
class ArrowIT {
  private static final String WORKS = "works";

  private static final Set<String> WITHOUT_PANDAS =
      Set.of("_collect_as_arrow", "pyspark.ml", "udf");

  /** It would need grpcio, too, which no phase has. */
  private static final String CONNECT = "Spark Connect";

  @Test
  void eachFunctionWorksOrSaysThatItNeedsPandas() throws IOException {
    String line =
        new SparkContainer("python3", "/jobs/arrow_functions.py")
            .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
            .runToEnd(Duration.ofMinutes(3))
            .succeeded()
            .stdout();
    Map<String, String> found =
        new ObjectMapper().readValue(line, new TypeReference<TreeMap<String, String>>() {});
    boolean pandas = hasPandas();
    Map<String, String> expected = new TreeMap<>();
    found.forEach(
        (name, outcome) ->
            expected.put(
                name,
                name.equals(CONNECT) && pandas
                    ? missing(outcome, "grpcio")
                    : pandas || WITHOUT_PANDAS.contains(name)
                        ? WORKS
                        : missing(outcome, "[Pp]andas")));
    assertThat(found).isEqualTo(expected).hasSize(13);
  }

  /** CVE-2020-13091: pandas itself names the function, which it documents as unsafe. */
  @Test
  void nothingInTheImageCallsReadPickle() {
    String packages = Pom.read().property("image.site-packages");
    String find =
        "grep -r --files-with-matches --include=*.py read_pickle /opt/spark/python /opt/rbs-spark "
            + packages;
    List<String> files =
        new SparkContainer("bash", "-c", find + " || (($? == 1))")
            .runToEnd()
            .succeeded()
            .stdout()
            .lines()
            .toList();
    assertThat(files).allMatch(file -> file.startsWith(packages + "/pandas/"));
    assertThat(files.isEmpty()).isNotEqualTo(hasPandas());
  }

  private static boolean hasPandas() {
    return WheelPin.all().stream().anyMatch(pin -> pin.distribution().equals("pandas"));
  }

  /** The outcome itself if it is PySpark's own message about a missing package. */
  private static String missing(String outcome, String name) {
    String message = ".*" + name + " >= [0-9.]+ must be installed; however, it was not found.*";
    return outcome.matches("(PySpark)?ImportError: " + message)
            || outcome.matches("ModuleNotFoundError: No module named '" + name + "'")
        ? outcome
        : "an error that names " + name;
  }
}
