package io.github.ldamasio.rbs.defaults;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;

/**
 * What the image does as a driver starts, by {@code spark-submit}, {@code python3} or a shell. A
 * listener because Spark makes those of {@code spark.extraListeners} before the job's own code has
 * its session; it listens to nothing.
 */
public final class DriverStart extends SparkListener {
  private static final Path SPARK_JARS = Path.of("/opt/spark/jars");

  /** Called by Spark with the job's settings. */
  public DriverStart(SparkConf conf) {
    Defaults.register();
    addLake(conf);
    try {
      for (String line : HiddenJars.warnings(name -> conf.get(name, ""), SPARK_JARS)) {
        conf.logWarning(() -> line);
      }
    } catch (IOException e) {
      conf.logWarning(() -> SPARK_JARS + ": expected Spark's JARs, found " + e);
    }
  }

  /** Spark reads the catalogs and the extensions of its SQL after it made its listeners. */
  private static void addLake(SparkConf conf) {
    LakeCatalog lake = new LakeCatalog(System::getenv);
    if (!lake.isAskedFor()) {
      return;
    }
    lake.obstacle()
        .ifPresentOrElse(
            problem -> conf.logWarning(() -> problem + ": there is no catalog 'lake' in this job"),
            () -> lake.settings(name -> conf.get(name, "")).forEach(conf::set));
  }
}
