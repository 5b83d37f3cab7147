package io.github.ldamasio.rbs.preflight;

import io.github.ldamasio.rbs.defaults.LakeCatalog;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Inspection;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.image.BakedComponents;
import io.github.ldamasio.rbs.preflight.image.ForeignFiles;
import io.github.ldamasio.rbs.preflight.image.Memory;
import io.github.ldamasio.rbs.preflight.image.Python;
import io.github.ldamasio.rbs.preflight.image.Surroundings;
import io.github.ldamasio.rbs.preflight.image.Versions;
import io.github.ldamasio.rbs.preflight.jdbc.JdbcChecks;
import io.github.ldamasio.rbs.preflight.k8s.KubernetesChecks;
import io.github.ldamasio.rbs.preflight.report.Report;
import io.github.ldamasio.rbs.preflight.report.Secrets;
import io.github.ldamasio.rbs.preflight.s3.S3Checks;
import io.github.ldamasio.rbs.preflight.settings.JavaOptions;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;

/** The program {@code rbs-preflight}; {@code --help} says how to use it. */
public final class Preflight {
  private Preflight() {}

  /** Runs all checks, prints the report, and ends the JVM with the exit code. */
  public static void main(String... words) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8.name());
    int code = run(words, out);
    out.flush();
    // Not exit(): a library's shutdown hook could wait for what an abandoned check still waits for.
    Runtime.getRuntime().halt(code);
  }

  private static int run(String[] words, PrintStream out) throws IOException, InterruptedException {
    Arguments arguments;
    try {
      arguments = Arguments.parse(words);
    } catch (IllegalArgumentException e) {
      PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8.name());
      err.println(e.getMessage() + "\n\n" + Arguments.USAGE);
      return 2;
    }
    if (arguments.help()) {
      out.println(Arguments.USAGE);
      return 0;
    }
    // The libraries' own logs say the same with stack traces, and do not mask secrets.
    LogManager.getLogManager().reset();
    Secrets secrets = new Secrets();
    SparkSettings settings = SparkSettings.load(arguments.settings(), System.getenv());
    settings.tellSecrets(secrets);
    JavaOptions.ofDriver(settings).forEach(System::setProperty);
    List<Series> checks = checks(Inventory.BAKED, arguments, settings, secrets);
    Report report = new Report(new Inspection(Inspection.LIMIT).run(checks), secrets);
    out.print(arguments.json() ? report.json() : report.table());
    return report.holds() ? 0 : 1;
  }

  /** All that these arguments ask for; nothing is checked yet. */
  static List<Series> checks(
      Path inventory, Arguments arguments, SparkSettings settings, Secrets secrets) {
    List<Series> checks = new ArrayList<>();
    if (arguments.image()) {
      checks.addAll(imageChecks(inventory));
      checks.addAll(Memory.checks(arguments.roles(), settings));
      checks.addAll(Surroundings.checks(settings));
    }
    arguments.s3().ifPresent(url -> checks.add(S3Checks.of("s3", url, settings, secrets)));
    arguments
        .jdbc()
        .ifPresent(url -> checks.add(JdbcChecks.of(url, arguments.table(), settings, secrets)));
    if (arguments.catalog()) {
      checks.add(JdbcChecks.ofCatalog(arguments.catalogTable(), settings, secrets));
      settings
          .variable(LakeCatalog.WAREHOUSE)
          .ifPresent(url -> checks.add(S3Checks.of("warehouse", url, settings, secrets)));
    }
    if (arguments.kubernetes()) {
      checks.add(KubernetesChecks.of(settings, secrets));
    }
    return checks;
  }

  private static List<Series> imageChecks(Path path) {
    List<Series> checks = new ArrayList<>();
    try {
      Inventory baked = Inventory.read(path);
      Inventory added = Inventory.read(path.resolveSibling(Inventory.ADDED.getFileName()));
      List<Component> all = new ArrayList<>(baked.components());
      all.addAll(added.components());
      checks.addAll(BakedComponents.checks(baked));
      checks.addAll(BakedComponents.checksOfAdditions(added));
      checks.add(ForeignFiles.check(baked.with(all)));
      checks.addAll(Versions.checks(baked));
      checks.addAll(Python.checks(baked.with(all)));
    } catch (IOException | IllegalArgumentException e) {
      Failure failure =
          new Failure(
              "'" + path + "': expected what the build wrote, found " + e,
              "pull the image again by its digest, and mount nothing over /opt/rbs-spark");
      checks.add(
          Series.of(
              Check.of(
                  "inventory",
                  () -> {
                    throw failure;
                  })));
    }
    return checks;
  }
}
