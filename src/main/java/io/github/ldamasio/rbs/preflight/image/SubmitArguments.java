package io.github.ldamasio.rbs.preflight.image;

import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings among the arguments of spark-submit, as Spark's launcher reads them
 * (org.apache.spark.launcher.SparkSubmitOptionParser). Immutable once parsed.
 */
final class SubmitArguments {
  /** Those without a value. */
  private static final Set<String> SWITCHES =
      Set.of("--help", "-h", "--supervise", "--usage-error", "--verbose", "-v", "--version");

  private final Map<String, String> settings = new TreeMap<>();
  private Optional<Path> file = Optional.empty();

  private SubmitArguments() {}

  /** Reads up to the job. */
  static SubmitArguments parse(String... words) {
    SubmitArguments arguments = new SubmitArguments();
    for (int i = 0; i < words.length && words[i].startsWith("-"); i++) {
      String[] option = words[i].split("(?<=^--[^=]{1,99})=", 2);
      if (option.length == 2) {
        arguments.take(option[0], option[1]);
      } else if (!SWITCHES.contains(words[i]) && i + 1 < words.length) {
        arguments.take(words[i], words[++i]);
      }
    }
    return arguments;
  }

  private void take(String option, String value) {
    switch (option) {
      case "--driver-memory":
        settings.put("spark.driver.memory", value);
        break;
      case "--properties-file":
        file = Optional.of(Path.of(value));
        break;
      case "--conf":
      case "-c":
        String[] setting = value.split("=", 2);
        if (setting.length == 2) {
          settings.put(setting[0].trim(), setting[1]);
        }
        break;
      default:
    }
  }

  /** These settings over those of the file that the arguments name, or of spark-defaults.conf. */
  SparkSettings settings(Map<String, String> environment) {
    return file.map(path -> SparkSettings.load(path, settings, environment))
        .orElseGet(() -> SparkSettings.load(settings, environment));
  }
}
