package io.github.ldamasio.rbs.preflight.image;

import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;

/** The versions of the JVM and of the JARs that it loads, as these say themselves. */
public final class Versions {
  private static final String REBUILD =
      "the base image is another than the one that this image was built for: use the image by its"
          + " digest, or build it again";

  private Versions() {}

  /** Checks of which none needs another. */
  public static List<Series> checks(Inventory inventory) {
    return List.of(
        Series.of(Check.of("jvm", Versions::jvm)),
        Series.of(Check.of("spark", () -> equal("Spark", inventory.required("spark"), spark()))),
        Series.of(
            Check.of("hadoop", () -> equal("Hadoop", inventory.required("hadoop"), hadoop()))),
        Series.of(
            Check.of("hadoop-aws = hadoop", () -> equal("hadoop-aws", hadoop(), hadoopAws()))),
        Series.of(
            Check.of(
                "aws sdk for hadoop-aws",
                () -> equal("AWS SDK", inventory.required("aws-java-sdk-bundle"), sdk()))));
  }

  /** Spark 3.5.0 runs on Java 8, 11 and 17 (https://spark.apache.org/docs/3.5.0/). */
  private static String jvm() throws Failure {
    int feature = Runtime.version().feature();
    if (feature != 11 && feature != 17) {
      throw new Failure(
          "JVM '" + Runtime.version() + "': expected Java 11 or 17, which Spark 3.5.0 runs on",
          "unset JAVA_HOME, or point it at the JVM of the image");
    }
    return Runtime.version().toString();
  }

  static String equal(String what, String expected, String found) throws Failure {
    if (!found.equals(expected)) {
      throw new Failure(what + " '" + found + "': expected " + expected, REBUILD);
    }
    return found;
  }

  private static String spark() throws IOException, Failure {
    return property("spark-version-info.properties", "version");
  }

  private static String hadoop() throws IOException, Failure {
    return property("common-version-info.properties", "version");
  }

  private static String hadoopAws() throws IOException, Failure {
    return property("META-INF/maven/org.apache.hadoop/hadoop-aws/pom.properties", "version");
  }

  private static String sdk() throws IOException, Failure {
    return property("com/amazonaws/sdk/versionInfo.properties", "version");
  }

  private static String property(String resource, String name) throws IOException, Failure {
    try (InputStream stream = Versions.class.getClassLoader().getResourceAsStream(resource)) {
      if (stream == null) {
        throw new Failure("resource '" + resource + "': no JAR in /opt/spark/jars has it", REBUILD);
      }
      Properties properties = new Properties();
      properties.load(stream);
      return properties.getProperty(name, "none");
    }
  }
}
