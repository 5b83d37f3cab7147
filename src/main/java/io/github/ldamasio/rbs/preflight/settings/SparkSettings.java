package io.github.ldamasio.rbs.preflight.settings;

import io.github.ldamasio.rbs.preflight.report.Secrets;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The settings that spark-submit would find here: Hadoop's of {@code SPARK_SUBMIT_OPTS}, over them
 * {@code spark-defaults.conf}, and over both what {@code --conf} says
 * (https://spark.apache.org/docs/3.5.0/configuration.html). Immutable.
 */
public final class SparkSettings {
  private final Map<String, String> properties;
  private final Map<String, String> environment;

  /** These settings, and this environment. */
  public SparkSettings(Map<String, String> properties, Map<String, String> environment) {
    this.properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    this.environment = Map.copyOf(environment);
  }

  /** Reads the defaults of {@code SPARK_CONF_DIR}, else of {@code SPARK_HOME}. */
  public static SparkSettings load(Map<String, String> explicit, Map<String, String> environment) {
    String home = environment.getOrDefault("SPARK_HOME", "/opt/spark");
    Path directory = Path.of(environment.getOrDefault("SPARK_CONF_DIR", home + "/conf"));
    return load(directory.resolve("spark-defaults.conf"), explicit, environment);
  }

  /** Reads the defaults of a file, as {@code --properties-file} names one. */
  public static SparkSettings load(
      Path defaults, Map<String, String> explicit, Map<String, String> environment) {
    String options = environment.getOrDefault("SPARK_SUBMIT_OPTS", "");
    Map<String, String> properties =
        new TreeMap<>(JavaOptions.of(options).startingWith("spark.hadoop."));
    if (Files.exists(defaults)) {
      // Like Spark, it replaces what is not UTF-8.
      try (Reader reader =
          new InputStreamReader(Files.newInputStream(defaults), StandardCharsets.UTF_8)) {
        Properties read = new Properties();
        read.load(reader);
        read.stringPropertyNames()
            .forEach(name -> properties.put(name, read.getProperty(name).trim()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    properties.putAll(explicit);
    return new SparkSettings(properties, environment);
  }

  /** All settings of Spark. */
  public Map<String, String> properties() {
    return properties;
  }

  /** A setting of Spark. */
  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name));
  }

  /** A variable of the environment; nothing if it is empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** Adds all values whose names say that they are secret. */
  public void tellSecrets(Secrets secrets) {
    properties.forEach(secrets::addIfSecret);
    environment.forEach(secrets::addIfSecret);
  }
}
