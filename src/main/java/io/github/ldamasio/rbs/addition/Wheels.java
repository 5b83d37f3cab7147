package io.github.ldamasio.rbs.addition;

import static java.util.stream.Collectors.toList;

import io.github.ldamasio.rbs.inventory.BakedFile;
import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Component.Kind;
import io.github.ldamasio.rbs.inventory.Distribution;
import io.github.ldamasio.rbs.inventory.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The wheels of requirements files, downloaded and compared with their hashes by pip. */
final class Wheels {
  private final Python python;
  private final Contents contents;
  private final Path archives;
  private final Path unpacked;

  /** Works in a directory that is deleted afterwards. */
  Wheels(Python python, Contents contents, Path scratch) {
    this.python = python;
    this.contents = contents;
    archives = scratch.resolve("wheels");
    unpacked = scratch.resolve("packages");
  }

  /** Downloads and unpacks the wheels of a file. Those that the image has already are left out. */
  void add(Path requirements) throws IOException, InterruptedException, Refusal {
    if (!Files.isRegularFile(requirements)) {
      throw new Refusal(
          "requirements '" + requirements + "': expected a file, found none; COPY it first");
    }
    System.out.println("rbs-add: getting the wheels of " + requirements);
    if (!python.pip(
        "download",
        "--quiet",
        "--require-hashes",
        "--only-binary=:all:",
        "--no-deps",
        "--dest=" + archives,
        "--requirement=" + requirements)) {
      throw new Refusal(
          "requirements '"
              + requirements
              + "': expected wheels for this Python and platform, each with its hash, found pip's"
              + " error above; correct the line that it names");
    }
    for (Path wheel : archives()) {
      if (has(wheel)) {
        Files.delete(wheel);
      }
    }
    if (!archives().isEmpty()) {
      unpack("--upgrade", "--no-compile", "--target=" + unpacked);
    }
  }

  /** Why these wheels do not go with what the image has, a sentence each. */
  List<String> conflicts() throws IOException, InterruptedException {
    List<String> conflicts = new ArrayList<>();
    for (Distribution added : Distribution.in(unpacked)) {
      Optional<Component> other = contents.find(Kind.PYTHON, added.name());
      if (other.isPresent() && !contents.isReplaced(added.name())) {
        conflicts.add(
            sentence(added, "version " + other.get().version() + ", which the image has")
                + "; pin that one, or add --replace="
                + added.name());
      } else if (other.isEmpty()) {
        for (Path file : added.files().keySet()) {
          if (file.startsWith(unpacked) && Files.exists(target(file))) {
            conflicts.add(
                sentence(added, "files of its own")
                    + ": '"
                    + target(file)
                    + "' is there already; leave one of the two packages out");
            break;
          }
        }
      }
    }
    if (conflicts.isEmpty() && Files.exists(unpacked)) {
      for (String line : new TreeSet<>(python.brokenDependencies(unpacked))) {
        conflicts.add(
            "dependencies: expected each package to find what it needs, found: "
                + line
                + "; pin what is missing, with its hash, or another version");
      }
    }
    return conflicts;
  }

  /** Installs them, as root into the image; pip removes what they replace. */
  List<Component> install() throws IOException, InterruptedException, Refusal {
    List<Component> components = new ArrayList<>();
    List<Distribution> added = Distribution.in(unpacked);
    if (!added.isEmpty()) {
      unpack();
    }
    for (Distribution distribution : added) {
      Path info = target(distribution.info());
      List<BakedFile> files = new ArrayList<>();
      for (Path file : new Distribution(info).files().keySet()) {
        // Python may compile a source anew.
        if (!file.getParent().endsWith("__pycache__")) {
          files.add(new BakedFile(file, Sha256.of(file)));
        }
      }
      components.add(
          new Component(Kind.PYTHON, distribution.name(), distribution.version(), files));
    }
    return components;
  }

  private void unpack(String... options) throws IOException, InterruptedException, Refusal {
    List<Object> arguments =
        new ArrayList<>(List.of("install", "--quiet", "--no-deps", "--no-index"));
    arguments.addAll(List.of(options));
    arguments.addAll(archives());
    if (!python.pip(arguments.toArray())) {
      throw new Refusal("wheels: expected pip to install them, found its error above");
    }
  }

  private List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(archives)) {
      return files.sorted().collect(toList());
    }
  }

  /** Whether the image has this version of it. */
  private boolean has(Path wheel) {
    String[] words = wheel.getFileName().toString().split("-");
    return contents
        .find(Kind.PYTHON, words[0])
        .filter(component -> component.version().equals(words[1]))
        .isPresent();
  }

  private Path target(Path file) {
    return contents.sitePackages().resolve(unpacked.relativize(file));
  }

  private static String sentence(Distribution added, String expected) {
    return "package '"
        + added.name()
        + " "
        + added.version()
        + "': expected "
        + expected
        + ", found another";
  }
}
