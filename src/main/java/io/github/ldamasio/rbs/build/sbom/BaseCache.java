package io.github.ldamasio.rbs.build.sbom;

import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.build.file.KeyedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.parsers.JsonParser;

/** Keeps the list of a base, since reading all of its JARs takes seconds and it rarely changes. */
final class BaseCache {
  private final Path file;
  private final Inputs inputs;

  /**
   * @param file the list, in CycloneDX's form; its key is kept beside it
   * @param inputs what the list depends on, but for the base's name
   */
  BaseCache(Path file, Inputs inputs) {
    this.file = file;
    this.inputs = inputs;
  }

  /** The base of this name, read or from the cache. */
  BaseImage get(String name, JarReader jars) throws IOException {
    KeyedFile list = new KeyedFile(file, inputs.withBase(name).key());
    try {
      if (list.isCurrent()) {
        Bom bom = new JsonParser().parse(file.toFile());
        return new BaseImage(
            bom.getMetadata().getComponent(),
            Optional.ofNullable(bom.getComponents()).orElse(List.of()));
      }
      BaseImage base = BaseImage.read(name, jars);
      Bom bom = new Bom();
      bom.setMetadata(new Metadata());
      bom.getMetadata().setComponent(base.image());
      bom.setComponents(base.contents());
      list.write(
          BomGeneratorFactory.createJson(Version.VERSION_16, bom)
              .toJsonString()
              .getBytes(StandardCharsets.UTF_8));
      return base;
    } catch (GeneratorException | ParseException e) {
      throw new IllegalStateException("base '" + name + "': " + e.getMessage(), e);
    }
  }
}
