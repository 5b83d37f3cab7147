package io.github.ldamasio.rbs.audit;

import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.inventory.Inventory;
import io.github.ldamasio.rbs.pin.JarPin;
import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.pin.WheelPin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the pins and the repository say is in the image, without what is left out; and what is wrong
 * with the pins themselves.
 */
record Claims(List<Claim> all, List<Discrepancy> discrepancies) {
  Claims {
    all = List.copyOf(all);
    discrepancies = List.copyOf(discrepancies);
  }

  static Claims read(BuildPlan plan, Path wheels) throws IOException {
    List<Discrepancy> discrepancies = new ArrayList<>();
    List<Claim> claims = new ArrayList<>(jars());
    for (WheelPin pin : WheelPin.all()) {
      Claims ofWheel = ofWheel(plan, pin, wheels);
      claims.addAll(ofWheel.all);
      discrepancies.addAll(ofWheel.discrepancies);
    }
    claims.addAll(ownFiles(plan.ownDirectories()));
    claims.add(
        new Claim(plan.ownJar(), "the project", Sha256.of(Files.readAllBytes(Project.jar()))));
    claims.add(
        new Claim(
            plan.sbom().path(), "the SBOM", Sha256.of(Files.readAllBytes(plan.sbom().file()))));
    claims.removeIf(claim -> plan.leavesOut(claim.path()));
    claims.addAll(FastStartClaims.read(claims, plan));
    return new Claims(claims, discrepancies);
  }

  private static List<Claim> jars() {
    return JarPin.all().stream()
        .map(
            pin ->
                new Claim(
                    Base.JARS.resolve(pin.fileName()),
                    "JAR " + pin.artifactId() + " " + pin.version(),
                    "JARs of " + pin.groupId(),
                    new Sha256(pin.sha256())))
        .toList();
  }

  /** The claims of one wheel. A wheel that is not as its publisher made it has none. */
  static Claims ofWheel(BuildPlan plan, WheelPin pin, Path wheels) throws IOException {
    List<WheelFile> files = WheelFile.find(wheels, pin, plan.python());
    if (files.size() != 1) {
      return of(new Discrepancy.NoSingleWheel(pin.toString(), plan.python(), files.size()));
    }
    WheelFile wheel = files.get(0);
    Sha256 found = wheel.sha256();
    if (!pin.hashes().contains(found.hex())) {
      return of(new Discrepancy.WheelNotInLock(wheel.file().getFileName().toString(), found));
    }
    List<Claim> claims = wheel.claims(plan.sitePackages());
    List<Claim> lists = lists(plan, claims);
    // RECORD is the build's, which goes without what is left out.
    lists.forEach(list -> claims.removeIf(claim -> claim.path().equals(list.path())));
    claims.addAll(lists);
    return new Claims(claims, List.of());
  }

  private static Claims of(Discrepancy discrepancy) {
    return new Claims(List.of(), List.of(discrepancy));
  }

  /** The lists of a wheel's files, which the build writes beside its metadata. */
  private static List<Claim> lists(BuildPlan plan, List<Claim> wheel) throws IOException {
    Path layer = Project.TARGET.resolve("layers/python" + plan.python());
    List<Claim> lists = new ArrayList<>();
    for (Claim claim : wheel) {
      if (claim.path().value().endsWith(".dist-info/METADATA")) {
        ImagePath info = claim.path().parent();
        for (String name : List.of(Inventory.LIST, "RECORD")) {
          Path list = layer.resolve(info.fileName()).resolve(name);
          lists.add(
              new Claim(
                  info.resolve(name),
                  "list of " + info.fileName(),
                  claim.component(),
                  Sha256.of(Files.readAllBytes(list))));
        }
      }
    }
    return lists;
  }

  /** A file that several directories have is put together from theirs, in their order. */
  private static List<Claim> ownFiles(List<BuildPlan.OwnDirectory> directories) throws IOException {
    Map<ImagePath, List<Path>> sources = new LinkedHashMap<>();
    for (BuildPlan.OwnDirectory directory : directories) {
      for (Path file : FileTrees.files(directory.from())) {
        sources
            .computeIfAbsent(
                directory.into().resolve(directory.from().relativize(file).toString()),
                path -> new ArrayList<>())
            .add(file);
      }
    }
    List<Claim> claims = new ArrayList<>();
    for (Map.Entry<ImagePath, List<Path>> file : sources.entrySet()) {
      claims.add(ownFile(file.getKey(), file.getValue()));
    }
    return claims;
  }

  private static Claim ownFile(ImagePath path, List<Path> sources) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (Path source : sources) {
      content.writeBytes(Files.readAllBytes(source));
    }
    String names =
        sources.stream()
            .map(source -> Project.DIRECTORY.relativize(source).toString())
            .collect(Collectors.joining(" + "));
    return new Claim(path, "file " + names, Sha256.of(content.toByteArray()));
  }
}
