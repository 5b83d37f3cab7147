package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares an image with the pins, the repository and its base. */
final class Audit {
  private static final Path BASE = Project.DIRECTORY.resolve(".base/base.tar");

  private final FileCheck files;
  private final Optional<FileCheck> warm;
  private final LayerCheck layers;
  private final AttributeCheck attributes;
  private final CompatibilityCheck compatibility;
  private final ConfigurationCheck configuration;

  private Audit(
      BuildPlan plan, Claims claims, Optional<Claims> warmClaims, Optional<Configuration> base) {
    files = new FileCheck(claims);
    warm = warmClaims.map(FileCheck::new);
    layers = new LayerCheck(claims);
    attributes = new AttributeCheck(plan);
    compatibility = new CompatibilityCheck(plan);
    configuration = new ConfigurationCheck(plan, base);
  }

  /** Reads the pins, the wheels in this directory, and the base if it is a file. */
  static Audit prepare(BuildPlan plan, Path wheels) throws IOException {
    Claims claims = Claims.read(plan, wheels);
    return new Audit(plan, claims, warm(claims), base());
  }

  /** The claims on the layer of the warm image, if this is a build of it. */
  private static Optional<Claims> warm(Claims cold) throws IOException {
    String layer = System.getProperty("warm.layer");
    if (layer == null) {
      return Optional.empty();
    }
    Set<ImagePath> sources = cold.all().stream().map(Claim::path).collect(Collectors.toSet());
    return Optional.of(new Claims(new WarmClaims(Path.of(layer), sources).all(), List.of()));
  }

  /** Everything about the image that is not as it should be. */
  List<Discrepancy> of(BuiltImage image) {
    BuiltImage cold = warm.isPresent() ? image.withoutTop() : image;
    return Stream.of(
            files.discrepancies(cold),
            warm.stream().flatMap(check -> check.discrepancies(image.onlyTop())),
            warm.stream().flatMap(check -> replaced(image)),
            layers.discrepancies(cold),
            attributes.discrepancies(cold),
            warm.stream().flatMap(check -> attributes.ofByteCode(image.onlyTop())),
            compatibility.discrepancies(image),
            configuration.discrepancies(image))
        .flatMap(discrepancies -> discrepancies)
        .sorted(Comparator.comparing(Discrepancy::toString))
        .toList();
  }

  /** No file is twice in the image but the one that the warm layer is declared to replace. */
  private static Stream<Discrepancy> replaced(BuiltImage image) {
    Set<ImagePath> below =
        image.withoutTop().addedFiles().map(Entry::path).collect(Collectors.toSet());
    return image
        .onlyTop()
        .addedFiles()
        .map(Entry::path)
        .filter(path -> below.contains(path) && !path.equals(WarmClaims.DEFAULTS))
        .map(Discrepancy.PresentTwice::new);
  }

  private static Optional<Configuration> base() throws IOException {
    if (Files.notExists(BASE)) {
      return Optional.empty();
    }
    try (ImageTar tar = new ImageTar(BASE)) {
      return Optional.of(tar.configuration());
    }
  }
}
