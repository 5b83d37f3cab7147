package io.github.ldamasio.rbs.build.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The class archive is a function of its inputs, whatever dumps it. */
@Tag("full")
@EnabledIfSystemProperty(named = "image.fast-start", matches = "archive")
class ClassArchiveIT {

  @Test
  void eachSandboxMakesTheSameArchive() throws Exception {
    String base = Project.property("base.image");
    ClassArchive archive =
        new ClassArchive(Project.DIRECTORY.resolve("src/main/archive"), List.of());
    Map<Sandbox, String> digests = new TreeMap<>();
    try (TemporaryDirectory directory = new TemporaryDirectory("archive-")) {
      for (Sandbox sandbox : Sandbox.values()) {
        Path layer = directory.path().resolve(sandbox.name());
        try (BaseSandbox open =
            BaseSandbox.open(
                directory.path().resolve("cache"),
                base,
                new Inputs(directory.path()),
                true,
                sandbox)) {
          archive.dump(open, layer);
        }
        digests.put(sandbox, Sha256.of(layer.resolve("opt/rbs-spark/archive/spark.jsa")));
      }
    }
    assertThat(Map.copyOf(digests).values().stream().distinct()).as(digests.toString()).hasSize(1);
  }
}
