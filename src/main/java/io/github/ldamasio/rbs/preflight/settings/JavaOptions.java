package io.github.ldamasio.rbs.preflight.settings;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The system properties that spark-submit gives to a driver's JVM. What the job's libraries read
 * there decides what they do: trust stores, proxies, the directory of temporary files. Immutable.
 */
public final class JavaOptions {
  /** As Spark's launcher splits options: at white space that is not quoted. */
  private static final Pattern OPTION = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

  private final Map<String, String> properties = new TreeMap<>();

  private JavaOptions() {}

  /** Those of these settings and their environment, in the launcher's order: the last one wins. */
  public static JavaOptions ofDriver(SparkSettings settings) {
    JavaOptions options = new JavaOptions();
    Stream.of(
            settings.variable("SPARK_SUBMIT_OPTS"),
            settings.property("spark.driver.defaultJavaOptions"),
            settings.property("spark.driver.extraJavaOptions"))
        .forEach(given -> given.ifPresent(options::add));
    return options;
  }

  /** Those of one text. */
  static JavaOptions of(String options) {
    JavaOptions read = new JavaOptions();
    read.add(options);
    return read;
  }

  private void add(String options) {
    Matcher option = OPTION.matcher(options);
    while (option.find()) {
      String[] words = option.group().replaceAll("[\"']", "").split("=", 2);
      if (words[0].startsWith("-D")) {
        properties.put(words[0].substring("-D".length()), words.length == 2 ? words[1] : "");
      }
    }
  }

  /** Those whose names begin with this. */
  Map<String, String> startingWith(String prefix) {
    return properties.entrySet().stream()
        .filter(property -> property.getKey().startsWith(prefix))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * Hands each property to a consumer such as {@link System#setProperty}: all but those of Spark,
   * which are settings, and those of logging, which would change the program's own.
   */
  public void forEach(BiConsumer<String, String> consumer) {
    properties.forEach(
        (name, value) -> {
          if (!name.startsWith("spark.") && !name.startsWith("log4j")) {
            consumer.accept(name, value);
          }
        });
  }
}
