package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the base's own programs made: the class archive and its class path, and byte code of Python
 * sources that are claimed themselves. Whatever else the build left there has no claim.
 */
final class FastStartClaims {
  private static final String ARCHIVE = "the class archive";
  private static final Path LAYERS = Project.TARGET.resolve("layers");
  private static final Set<ImagePath> FILES =
      Set.of(
          new ImagePath("/opt/rbs-spark/archive/classpath.jar"),
          new ImagePath("/opt/rbs-spark/archive/spark.jsa"));
  private static final Pattern BYTE_CODE =
      Pattern.compile("(.*/)__pycache__/([^/]+)\\.cpython-\\d+\\.pyc");

  private FastStartClaims() {}

  static List<Claim> read(Collection<Claim> others, BuildPlan plan) throws IOException {
    List<Claim> claims = new ArrayList<>();
    if (BuildPlan.hasArchive()) {
      for (ImagePath path : FILES) {
        claims.add(
            new Claim(
                path,
                ARCHIVE,
                Sha256.of(
                    Files.readAllBytes(
                        LAYERS.resolve("archive").resolve(path.value().substring(1))))));
      }
    }
    Map<ImagePath, Claim> sources =
        others.stream().collect(Collectors.toMap(Claim::path, claim -> claim, (one, two) -> one));
    Path packages = packages(plan);
    try (Stream<Path> tree = Files.walk(packages)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        ImagePath path = plan.sitePackages().resolve(packages.relativize(file).toString());
        Claim source = sources.get(source(path));
        if (source != null) {
          claims.add(
              new Claim(
                  path, "byte code", source.component(), Sha256.of(Files.readAllBytes(file))));
        }
      }
    }
    return claims;
  }

  private static Path packages(BuildPlan plan) {
    return LAYERS.resolve("python" + plan.python());
  }

  /** Whether the build compiled this file. */
  static boolean hasMade(BuildPlan plan, ImagePath path) {
    return path.isBelow(plan.sitePackages())
        && Files.exists(
            packages(plan)
                .resolve(path.value().substring(plan.sitePackages().value().length() + 1)));
  }

  /** The source of byte code, or null for another file. */
  private static ImagePath source(ImagePath path) {
    Matcher name = BYTE_CODE.matcher(path.value());
    return name.matches() ? new ImagePath(name.group(1) + name.group(2) + ".py") : null;
  }
}
