package io.github.ldamasio.rbs.defaults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link HiddenJars}. */
class HiddenJarsTest {
  private static final String OTHER = "file:///jars/driver-1.1.jar";

  @TempDir private Path sparkJars;

  @BeforeEach
  void fill() throws IOException {
    for (String jar :
        List.of(
            "driver-1.0.jar", "driver-tools_2.12-1.0.jar", "log-1.2-api-2.20.0.jar", "README")) {
      Files.createFile(sparkJars.resolve(jar));
    }
  }

  @Test
  void eachOtherVersionIsNamedWithTheImagesOwn() throws IOException {
    String given = OTHER + ",s3a://lake/driver-tools_2.12-2.0-rc1.jar,/jars/driver.jar";
    List<String> lines = warnings(Map.of("spark.jars", given));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).contains(OTHER, sparkJars.resolve("driver-1.0.jar").toString());
    assertThat(lines.get(1)).contains("driver-tools_2.12-2.0-rc1.jar", "driver-tools_2.12-1.0");
    assertThat(lines.get(2)).contains("driver.jar", "driver-1.0.jar");
  }

  @Test
  void theSameVersionAndWhatTheImageDoesNotHaveAreNotNamed() throws IOException {
    for (String given :
        List.of(
            "", "/jars/driver-1.0.jar", "/jars/log-1.2.17.jar", "/jars/a[1.jar", "/jars/a.py")) {
      assertThat(warnings(Map.of("spark.jars", given))).isEmpty();
    }
  }

  @Test
  void aJarOnBothClassPathsIsNotHidden() throws IOException {
    Map<String, String> settings = new HashMap<>(Map.of("spark.jars", OTHER));
    settings.put("spark.driver.extraClassPath", "/jars/driver-1.1.jar");
    assertThat(warnings(settings)).hasSize(1);
    settings.put("spark.executor.extraClassPath", "/a:/jars/*");
    assertThat(warnings(settings)).isEmpty();
    settings.remove("spark.executor.extraClassPath");
    settings.put("spark.master", "local[2]");
    assertThat(warnings(settings)).isEmpty();
  }

  private List<String> warnings(Map<String, String> settings) throws IOException {
    return HiddenJars.warnings(name -> settings.getOrDefault(name, ""), sparkJars);
  }
}
