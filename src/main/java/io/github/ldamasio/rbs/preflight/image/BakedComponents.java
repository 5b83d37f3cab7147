package io.github.ldamasio.rbs.preflight.image;

import io.github.ldamasio.rbs.inventory.BakedFile;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.inventory.Sha256;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Each file that was added to the base is there with the recorded bytes. */
public final class BakedComponents {
  private static final int SHOWN = 5;

  private BakedComponents() {}

  /**
   * A check of each component that the build of the image baked in, none of which needs another.
   */
  public static List<Series> checks(Inventory baked) {
    return checks(
        baked,
        "",
        "the image or something mounted over it is not what was built: pull the image again by its"
            + " digest, mount nothing over these files, and in an image of your own change packages"
            + " and JARs with rbs-add");
  }

  /** A check of each component that was added to the image afterwards. */
  public static List<Series> checksOfAdditions(Inventory added) {
    return checks(
        added,
        ", added to the image of rbs-spark",
        "what was added is not what rbs-add recorded: build the image again, in which nothing else"
            + " writes to these files");
  }

  private static List<Series> checks(Inventory inventory, String whose, String remedy) {
    return inventory.components().stream()
        .map(
            component ->
                Series.of(Check.of(component.toString(), () -> look(component, remedy) + whose)))
        .collect(Collectors.toUnmodifiableList());
  }

  private static String look(Component component, String remedy) throws IOException, Failure {
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
    if (!problems.isEmpty()) {
      throw new Failure(summary(problems), remedy);
    }
    int files = component.files().size();
    return "sha256 as recorded, " + (files == 1 ? "1 file" : files + " files");
  }

  static String summary(List<String> problems) {
    String shown = problems.stream().limit(SHOWN).collect(Collectors.joining("; "));
    int more = problems.size() - SHOWN;
    return more > 0 ? shown + "; and " + more + " more" : shown;
  }
}
