package io.github.ldamasio.rbs.build.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.pin.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The class archive is a function of its inputs. */
@Tag("full")
class ClassArchiveIT {
  @TempDir private static Path directory;

  @Test
  void eachSandboxMakesTheSameArchive() throws Exception {
    String base = System.getProperty("base.image");
    Path root = directory.resolve("root");
    BaseRoot.unpack(base, root);
    ClassArchive archive =
        new ClassArchive(directory, base, Project.DIRECTORY.resolve("src/main/archive"));
    Map<String, Sandbox> digests = new TreeMap<>();
    for (Sandbox sandbox : Sandbox.values()) {
      long t = System.nanoTime();
      Path kept = directory.resolve(sandbox.name());
      archive.dump(sandbox, root, List.of(), kept);
      String d = Sha256.of(kept.resolve("spark.jsa"));
      System.out.println(
          sandbox
              + " "
              + d
              + " "
              + (System.nanoTime() - t) / 1000000
              + " "
              + Files.size(kept.resolve("spark.jsa")));
      digests.put(d, sandbox);
    }
    assertThat(digests).hasSize(1);
  }
}
