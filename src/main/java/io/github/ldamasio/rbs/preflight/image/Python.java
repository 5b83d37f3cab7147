package io.github.ldamasio.rbs.preflight.image;

import static java.util.stream.Collectors.joining;

import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Python, PySpark and the packages as a job in this environment finds them: its PYTHONPATH and its
 * home directory may hold other versions, which win over the baked ones.
 */
public final class Python {
  private static final String PYSPARK = "import pyspark; print(pyspark.__version__)";

  private static final String CODE =
      "import sys\n"
          + "import importlib.metadata as metadata\n"
          + "print(sys.version.split()[0])\n"
          + "for name in sys.argv[1:]:\n"
          + "    try:\n"
          + "        print(name, metadata.version(name))\n"
          + "    except metadata.PackageNotFoundError:\n"
          + "        print(name, 'none')\n";

  private Python() {}

  /** Checks of which none needs another. */
  public static List<Series> checks(Inventory inventory) {
    return List.of(
        Series.of(Check.of("python", () -> interpreter(inventory.required("python")))),
        Series.of(Check.of("pyspark", () -> pyspark(inventory.required("spark")))),
        Series.of(Check.of("python packages", () -> packages(inventory.components(Kind.PYTHON)))));
  }

  private static String interpreter(String required) throws Exception {
    String version = run(CODE, List.of()).get(0);
    if (!version.startsWith(required + ".")) {
      throw new Failure(
          "python3 '" + version + "': expected Python " + required + ", for which the packages are",
          "put no other python3 on PATH than the image's");
    }
    return version;
  }

  private static String pyspark(String required) throws Exception {
    String version = run(PYSPARK, List.of()).get(0);
    if (!version.equals(required)) {
      throw new Failure(
          "pyspark '" + version + "': expected " + required + ", the version of Spark itself",
          "another version lies in front of Spark's: unset PYTHONPATH's extra entries, and remove"
              + " packages from ~/.local");
    }
    return version;
  }

  private static String packages(List<Component> components) throws Exception {
    List<String> names = new ArrayList<>();
    components.forEach(component -> names.add(component.name()));
    List<String> found = run(CODE, names);
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < components.size(); i++) {
      Component component = components.get(i);
      if (!found.get(i + 1).equals(component.name() + " " + component.version())) {
        problems.add("expected '" + component + "', found '" + found.get(i + 1) + "'");
      }
    }
    if (!problems.isEmpty()) {
      throw new Failure(
          String.join("; ", problems),
          "another version lies in front of the baked one: unset PYTHONPATH's extra entries, and"
              + " remove packages from ~/.local");
    }
    return components.stream()
        .map(component -> component.name() + " " + component.version())
        .collect(joining(", "));
  }

  private static List<String> run(String code, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-c", code));
    command.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new Failure(
          "python3: " + e.getMessage(), "PATH must hold the directory of the image's python3");
    }
    try {
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      if (process.waitFor() != 0) {
        throw new Failure(
            "python3 ended with " + process.exitValue() + ": " + output,
            "python3 does not start in this environment: compare PYTHONPATH and PYTHONHOME with"
                + " the image's");
      }
      return List.of(output.split("\n"));
    } finally {
      process.destroyForcibly();
    }
  }
}
