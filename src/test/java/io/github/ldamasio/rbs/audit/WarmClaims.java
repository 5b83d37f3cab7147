package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the layer of the warm image holds: the class archive and its class path, always, and byte
 * code of sources that are claimed themselves. Whatever else the build left there has no claim.
 */
final class WarmClaims {
  private static final Path LAYER = Project.TARGET.resolve("layers/warm");
  private static final Set<ImagePath> ARCHIVE =
      Set.of(
          new ImagePath("/opt/rbs-spark/warm/classpath.jar"),
          new ImagePath("/opt/rbs-spark/warm/spark.jsa"));
  private static final Pattern BYTE_CODE =
      Pattern.compile("(.*/)__pycache__/([^/]+)\\.cpython-\\d+\\.pyc");

  private WarmClaims() {}

  static List<Claim> read(Collection<Claim> others) throws IOException {
    Set<ImagePath> sources = others.stream().map(Claim::path).collect(Collectors.toSet());
    List<Claim> claims = new ArrayList<>();
    for (ImagePath path : ARCHIVE) {
      claims.add(claim(path));
    }
    try (Stream<Path> tree = Files.walk(LAYER)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        ImagePath path = ImagePath.ROOT.resolve(LAYER.relativize(file).toString());
        if (isByteCodeOf(sources, path)) {
          claims.add(claim(path));
        }
      }
    }
    return claims;
  }

  /** Whether the archive step of this build made this file; false if the build has no such step. */
  static boolean hasMade(ImagePath path) {
    return Files.exists(inLayer(path));
  }

  private static Claim claim(ImagePath path) throws IOException {
    return new Claim(path, "the archive step", Sha256.of(Files.readAllBytes(inLayer(path))));
  }

  private static Path inLayer(ImagePath path) {
    return LAYER.resolve(path.value().substring(1));
  }

  private static boolean isByteCodeOf(Set<ImagePath> sources, ImagePath path) {
    Matcher name = BYTE_CODE.matcher(path.value());
    return name.matches() && sources.contains(new ImagePath(name.group(1) + name.group(2) + ".py"));
  }
}
