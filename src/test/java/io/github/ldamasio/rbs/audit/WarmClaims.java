package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What belongs in the layer that the build makes by running the base: the class archive, its class
 * path, and the byte code of sources that are claimed themselves. Nothing claims anything else in
 * it.
 */
record WarmClaims(List<Claim> sources) {
  private static final Path LAYER = Project.TARGET.resolve("layers/warm");
  private static final ImagePath ARCHIVE = new ImagePath("/opt/rbs-spark/warm");
  private static final Set<ImagePath> ALWAYS =
      Set.of(ARCHIVE.resolve("classpath.jar"), ARCHIVE.resolve("spark.jsa"));
  private static final Pattern BYTE_CODE =
      Pattern.compile("(.*/)__pycache__/([^/]+)\\.cpython-\\d+\\.pyc");

  List<Claim> all() throws IOException {
    Set<ImagePath> paths = sources.stream().map(Claim::path).collect(Collectors.toSet());
    List<Claim> claims = new ArrayList<>();
    for (ImagePath path : ALWAYS) {
      claims.add(claim(path));
    }
    try (Stream<Path> tree = Files.walk(LAYER)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        ImagePath path = ImagePath.ROOT.resolve(LAYER.relativize(file).toString());
        Matcher name = BYTE_CODE.matcher(path.value());
        if (name.matches()
            && paths.contains(new ImagePath(name.group(1) + name.group(2) + ".py"))) {
          claims.add(claim(path));
        }
      }
    }
    return claims;
  }

  private static Claim claim(ImagePath path) throws IOException {
    byte[] bytes = Files.readAllBytes(LAYER.resolve(path.value().substring(1)));
    return new Claim(path, "the class archive and byte code", Sha256.of(bytes));
  }
}
