package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the pins and the repository say is in the image, without what the POM leaves out; and what
 * is wrong with them before any image is looked at.
 */
record Claims(List<Claim> all, List<Finding> findings) {
  private static final ImagePath JARS = new ImagePath("/opt/spark/jars");

  Claims {
    all = List.copyOf(all);
    findings = List.copyOf(findings);
  }

  static Claims read(BuildPlan plan, Path wheels) throws IOException {
    List<Finding> findings = new ArrayList<>();
    List<Claim> claims = new ArrayList<>(jars());
    for (WheelPin pin : WheelPin.all()) {
      List<WheelFile> files = WheelFile.find(wheels, pin, plan.python());
      if (files.size() == 1) {
        claims.addAll(wheel(files.get(0), plan, findings));
      } else {
        findings.add(new Finding.NoSingleWheel(pin.toString(), plan.python(), files.size()));
      }
    }
    for (BuildPlan.OwnDirectory directory : plan.ownDirectories()) {
      claims.addAll(ownFiles(directory));
    }
    claims.addAll(lists(plan));
    claims.removeIf(claim -> claim.path().equals(plan.sparkDefaults().path()));
    claims.add(sparkDefaults(plan.sparkDefaults()));
    claims.add(
        new Claim(plan.ownJar(), "the project", Sha256.of(Files.readAllBytes(Project.jar()))));
    claims.add(
        new Claim(
            plan.sbom().path(), "the SBOM", Sha256.of(Files.readAllBytes(plan.sbom().file()))));
    claims.removeIf(claim -> plan.leavesOut(claim.path()));
    return new Claims(claims, findings);
  }

  private static List<Claim> jars() {
    return JarPin.all().stream()
        .map(
            pin ->
                new Claim(
                    JARS.resolve(pin.fileName()),
                    "JAR " + pin.artifactId() + " " + pin.version(),
                    new Sha256(pin.sha256())))
        .toList();
  }

  /** What other bytes than the publisher's say is no claim. */
  private static List<Claim> wheel(WheelFile wheel, BuildPlan plan, List<Finding> findings)
      throws IOException {
    Sha256 found = wheel.sha256();
    if (wheel.pin().hashes().contains(found.hex())) {
      return wheel.claims(plan.sitePackages());
    }
    findings.add(new Finding.WheelNotInLock(wheel.file().getFileName().toString(), found));
    return List.of();
  }

  /** What the build wrote beside each wheel's files; its hash is in the inventory. */
  private static List<Claim> lists(BuildPlan plan) throws IOException {
    List<Claim> claims = new ArrayList<>();
    Path layer = Project.TARGET.resolve("layers/python" + plan.python());
    try (DirectoryStream<Path> infos = Files.newDirectoryStream(layer, "*.dist-info")) {
      for (Path info : infos) {
        Path list = info.resolve(Inventory.LIST);
        claims.add(
            new Claim(
                plan.sitePackages().resolve(layer.relativize(list).toString()),
                "list of " + info.getFileName(),
                Sha256.of(Files.readAllBytes(list))));
      }
    }
    return claims;
  }

  private static Claim sparkDefaults(BuildPlan.SparkDefaults defaults) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (Path file : defaults.files()) {
      try {
        content.writeBytes(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Claim(
        defaults.path(),
        "files "
            + defaults.files().stream()
                .map(file -> Project.DIRECTORY.relativize(file).toString())
                .collect(Collectors.joining(" + ")),
        Sha256.of(content.toByteArray()));
  }

  private static List<Claim> ownFiles(BuildPlan.OwnDirectory directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory.from())) {
      List<Claim> claims = new ArrayList<>();
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        claims.add(
            new Claim(
                directory.into().resolve(directory.from().relativize(file).toString()),
                "file " + Project.DIRECTORY.relativize(file),
                Sha256.of(Files.readAllBytes(file))));
      }
      return claims;
    }
  }
}
