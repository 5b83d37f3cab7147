package io.github.ldamasio.rbs.preflight.image;

import io.github.ldamasio.rbs.inventory.BakedFile;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Each file that the build baked in is there with the recorded bytes; no JAR is there twice. */
public final class BakedComponents {
  private static final int SHOWN = 5;

  private BakedComponents() {}

  /** A check per component, none of which needs another. */
  public static List<Series> checks(Inventory inventory) {
    return inventory.components().stream()
        .map(component -> Series.of(Check.of(component.toString(), () -> look(component))))
        .collect(Collectors.toUnmodifiableList());
  }

  private static String look(Component component) throws IOException, Failure {
    List<String> problems = new ArrayList<>();
    for (BakedFile file : component.files()) {
      if (!Files.isRegularFile(file.path())) {
        problems.add("'" + file.path() + "' is missing");
        continue;
      }
      String found = Sha256.of(file.path());
      if (!found.equals(file.sha256())) {
        problems.add(
            "'" + file.path() + "': expected sha256 " + file.sha256() + ", found " + found);
      }
    }
    if (component.kind() == Kind.JAR) {
      problems.addAll(others(component));
    }
    if (!problems.isEmpty()) {
      throw new Failure(
          summary(problems),
          "the image or something mounted over it is not what was built: pull the image again by"
              + " its digest, and mount nothing over these files");
    }
    int files = component.files().size();
    return "sha256 as recorded, " + (files == 1 ? "1 file" : files + " files");
  }

  /** Another version beside this one: it is undefined which of them Java takes. */
  private static List<String> others(Component jar) throws IOException {
    Path own = jar.files().get(0).path();
    if (Files.notExists(own.getParent())) {
      return List.of();
    }
    List<String> others = new ArrayList<>();
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(own.getParent(), jar.name() + "-[0-9]*.jar")) {
      for (Path other : jars) {
        if (!other.equals(own)) {
          others.add("'" + other + "' is a second " + jar.name());
        }
      }
    }
    return others;
  }

  private static String summary(List<String> problems) {
    String shown = problems.stream().limit(SHOWN).collect(Collectors.joining("; "));
    int more = problems.size() - SHOWN;
    return more > 0 ? shown + "; and " + more + " more" : shown;
  }
}
