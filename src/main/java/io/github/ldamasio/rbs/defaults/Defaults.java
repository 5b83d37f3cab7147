package io.github.ldamasio.rbs.defaults;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The image's defaults of Hadoop's settings, wherever the configuration directory is: resources
 * between {@code core-default.xml} and {@code core-site.xml}, so that a site's own value wins, and
 * a job's wins over both.
 *
 * <p>Hadoop has no public way to add a resource there: {@link Configuration#addDefaultResource}
 * puts it behind {@code core-site.xml}. So this class changes Hadoop's list itself.
 */
public final class Defaults {
  /** The resources, the stronger one last; the second is there in some phases only. */
  private static final List<String> RESOURCES = List.of("rbs-default.xml", "rbs-phase-default.xml");

  private static boolean registered;

  private Defaults() {}

  /** Makes the defaults known to this JVM; does nothing if they are. */
  public static synchronized void register() {
    if (!registered) {
      registered = true;
      String problem = insert(Configuration.class);
      if (!problem.isEmpty()) {
        System.err.println(problem);
      }
    }
  }

  /**
   * Puts the resources into the list that a class has, and lets all configurations read it again.
   *
   * @return what went wrong, on one line; empty if nothing did
   */
  static String insert(Class<?> configuration) {
    try {
      Field field = configuration.getDeclaredField("defaultResources");
      field.setAccessible(true);
      @SuppressWarnings("unchecked")
      List<String> list = (List<String>) field.get(null);
      List<String> missing = new ArrayList<>();
      for (String resource : RESOURCES) {
        if (Defaults.class.getResource("/" + resource) != null && !list.contains(resource)) {
          missing.add(resource);
        }
      }
      list.addAll(list.indexOf("core-default.xml") + 1, missing);
      Configuration.reloadExistingConfigurations();
      return "";
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return "rbs-spark: Hadoop's Configuration: expected the list 'defaultResources', found "
          + e
          + "; the image's defaults for S3A do not apply, so give those of docs/settings.md";
    }
  }
}
