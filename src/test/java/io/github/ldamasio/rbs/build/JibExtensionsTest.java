package io.github.ldamasio.rbs.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The one binary in the repository leads Jib to the compiled classes of the build. */
class JibExtensionsTest {
  private static final Path FILE = Project.DIRECTORY.resolve(".mvn/jib-extensions.jar");

  @Test
  void itHoldsNothingButAClassPath() throws IOException {
    try (JarFile jar = new JarFile(FILE.toFile())) {
      assertThat(jar.stream().map(Object::toString)).containsExactly("META-INF/MANIFEST.MF");
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.keySet())
          .containsExactlyInAnyOrder(Attributes.Name.MANIFEST_VERSION, Attributes.Name.CLASS_PATH);
      assertThat(manifest.get(Attributes.Name.CLASS_PATH)).isEqualTo("../target/classes/");
    }
    assertThat(Files.size(FILE)).as("nothing between the entries either").isLessThan(200);
  }
}
