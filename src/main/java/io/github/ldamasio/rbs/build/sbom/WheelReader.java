package io.github.ldamasio.rbs.build.sbom;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;

/**
 * Makes components of Python distributions. The hash is that of the wheel which pip unpacked, as in
 * the lock.
 */
final class WheelReader {
  private final String sitePackages;
  private final Path wheels;

  WheelReader(String sitePackages, Path wheels) {
    this.sitePackages = sitePackages;
    this.wheels = wheels;
  }

  /** Whether a file of the image belongs to a wheel. */
  boolean owns(String path) {
    return path.startsWith(sitePackages + "/");
  }

  /** The distribution, if this file is its METADATA. */
  Optional<Component> read(Path source, String path) throws IOException {
    if (!path.endsWith(".dist-info/METADATA")) {
      return Optional.empty();
    }
    Component wheel = distribution(path, Files.readAllBytes(source));
    wheel.setHashes(List.of(Components.sha256(Files.readAllBytes(archive(source.getParent())))));
    return Optional.of(wheel);
  }

  /**
   * A distribution by its core metadata
   * (https://packaging.python.org/en/latest/specifications/core-metadata/). Licences only where
   * they are names: some put the whole text there.
   */
  static Component distribution(String path, byte[] metadata) {
    List<String> headers =
        new String(metadata, StandardCharsets.UTF_8)
            .lines()
            .takeWhile(line -> !line.isBlank())
            .collect(toList());
    String name = values(headers, "Name").get(0);
    String version = values(headers, "Version").get(0);
    Component component =
        Components.at(path.substring(0, path.lastIndexOf('/')), Type.LIBRARY, name, version);
    String normal = name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    component.setPurl(Components.purl("pypi", null, normal, version, Map.of()));
    Components.license(
        component,
        Stream.of(
                values(headers, "License-Expression"),
                values(headers, "License").stream()
                    .filter(text -> text.length() < 80 && !text.equals("UNKNOWN"))
                    .collect(toList()),
                values(headers, "Classifier").stream()
                    .filter(text -> text.startsWith("License ::"))
                    .map(text -> text.substring(text.lastIndexOf(":: ") + 3))
                    .collect(toList()))
            .filter(names -> !names.isEmpty())
            .findFirst()
            .orElse(List.of()));
    return component;
  }

  /** The one wheel of this distribution whose name has the tags that its WHEEL file lists. */
  private Path archive(Path info) throws IOException {
    String stem = info.getFileName().toString().replaceFirst("\\.dist-info$", "");
    List<String> tags = values(Files.readAllLines(info.resolve("WHEEL")), "Tag");
    try (Stream<Path> files = Files.list(wheels)) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().startsWith(stem + "-"))
              .filter(file -> tags.stream().allMatch(tag -> hasTag(file, tag)))
              .collect(toList());
      if (found.size() != 1) {
        throw new IllegalStateException(
            "wheel '" + stem + "': expected one with the tags " + tags + ", found " + found);
      }
      return found.get(0);
    }
  }

  /** A name's last three parts are the Pythons, the ABIs and the platforms, with dots between. */
  private static boolean hasTag(Path wheel, String tag) {
    String[] name = wheel.getFileName().toString().replaceFirst("\\.whl$", "").split("-");
    String[] wanted = tag.split("-");
    for (int i = 1; i <= 3; i++) {
      if (!Arrays.asList(name[name.length - i].split("\\.")).contains(wanted[wanted.length - i])) {
        return false;
      }
    }
    return true;
  }

  private static List<String> values(List<String> headers, String name) {
    return headers.stream()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2).strip())
        .collect(toList());
  }
}
