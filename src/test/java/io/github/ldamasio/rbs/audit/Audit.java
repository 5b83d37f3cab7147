package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.engine.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares an image with the pins, the repository and its base. */
final class Audit {
  private final FileCheck files;
  private final LayerCheck layers;
  private final AttributeCheck attributes;
  private final CompatibilityCheck compatibility;
  private final ConfigurationCheck configuration;

  private Audit(BuildPlan plan, Claims claims, Optional<Configuration> base) {
    files = new FileCheck(claims);
    layers = new LayerCheck(claims);
    attributes = new AttributeCheck(plan);
    compatibility = new CompatibilityCheck(plan);
    configuration = new ConfigurationCheck(plan, base);
  }

  /** Reads the pins, the wheels in this directory, and the base if it is a file. */
  static Audit prepare(BuildPlan plan, Path wheels) throws IOException {
    return new Audit(plan, Claims.read(plan, wheels), base());
  }

  /** Everything about the image that is not as it should be. */
  List<Discrepancy> of(BuiltImage image) {
    return Stream.of(
            files.discrepancies(image),
            layers.discrepancies(image),
            attributes.discrepancies(image),
            compatibility.discrepancies(image),
            configuration.discrepancies(image))
        .flatMap(discrepancies -> discrepancies)
        .sorted(Comparator.comparing(Discrepancy::toString))
        .toList();
  }

  private static Optional<Configuration> base() throws IOException {
    Optional<Path> file = Image.baseFile();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (ImageTar tar = new ImageTar(file.get())) {
      return Optional.of(tar.configuration());
    }
  }
}
