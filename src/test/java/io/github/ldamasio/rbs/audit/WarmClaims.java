package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.Project;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What belongs into the layer of the warm image: two files of the repository, the class archive and
 * its class path as the training left them, and byte code of sources that are claimed themselves.
 * Anything else that the training left is claimed by nobody.
 */
record WarmClaims(Path layer, Set<ImagePath> sources) {
  /** The one file that replaces one of the cold image: that one, with lines after it. */
  static final ImagePath DEFAULTS = new ImagePath("/opt/spark/conf/spark-defaults.conf");

  private static final ImagePath ENVIRONMENT = new ImagePath("/opt/spark/conf/spark-env.sh");
  private static final Set<ImagePath> TRAINED =
      Set.of(
          new ImagePath("/opt/rbs-spark/warm/classpath.jar"),
          new ImagePath("/opt/rbs-spark/warm/spark.jsa"));
  private static final Path WARM = Project.DIRECTORY.resolve("src/main/warm");
  private static final Path COLD = Project.TARGET.resolve("layers/configuration");
  private static final Pattern BYTE_CODE =
      Pattern.compile("(.*/)__pycache__/([^/]+)\\.cpython-\\d+\\.pyc");

  List<Claim> all() throws IOException {
    List<Claim> claims = new ArrayList<>();
    ByteArrayOutputStream defaults = new ByteArrayOutputStream();
    Files.copy(COLD.resolve(DEFAULTS.value().substring(1)), defaults);
    Files.copy(WARM.resolve(DEFAULTS.fileName()), defaults);
    claims.add(
        new Claim(DEFAULTS, "the cold image and src/main/warm", Sha256.of(defaults.toByteArray())));
    claims.add(
        new Claim(
            ENVIRONMENT,
            "src/main/warm",
            Sha256.of(Files.readAllBytes(WARM.resolve(ENVIRONMENT.value().substring(1))))));
    for (ImagePath path : TRAINED) {
      claims.add(trained(path));
    }
    try (Stream<Path> tree = Files.walk(layer)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        ImagePath path = ImagePath.ROOT.resolve(layer.relativize(file).toString());
        if (isByteCodeOfASource(path)) {
          claims.add(trained(path));
        }
      }
    }
    return claims;
  }

  private boolean isByteCodeOfASource(ImagePath path) {
    Matcher name = BYTE_CODE.matcher(path.value());
    return name.matches() && sources.contains(new ImagePath(name.group(1) + name.group(2) + ".py"));
  }

  private Claim trained(ImagePath path) throws IOException {
    byte[] bytes = Files.readAllBytes(layer.resolve(path.value().substring(1)));
    return new Claim(path, "the training", Sha256.of(bytes));
  }
}
