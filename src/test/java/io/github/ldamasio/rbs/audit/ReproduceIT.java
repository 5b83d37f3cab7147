package io.github.ldamasio.rbs.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.Command;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same inputs give the same image, to the byte: a second build, from a copy of the sources that
 * has nothing in common with the first build but the local repository, the wheels and the base.
 */
@Tag("full")
class ReproduceIT {
  private static final String INPUT = "src/main/jib/etc/pip.conf";
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /**
   * Another path, umask, time zone, locale, host Python (the latest on the path that has pip) and
   * clock, and Jib caches of its own.
   */
  private static final String BUILD =
      """
      umask 077
      python=$(compgen -c python3 | grep -E '^python3(\\.[0-9]+)?$' | sort --unique --version-sort |
        while read -r name; do if "$name" -m pip --version >/dev/null 2>&1; then echo "$name"; fi; done | tail -n 1)
      clock=$(echo "$1"/.tools/usr/lib/*/faketime/libfaketime.so.1)
      [[ -e $clock ]] || { echo "libfaketime '$clock': expected a file, found none; run scripts/setup.sh"; exit 1; }
      export TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 LD_PRELOAD=$clock FAKETIME=+13h
      echo "umask $(umask), $TZ, $LC_ALL, $python, $(date)"
      exec "$2/bin/mvn" --offline --batch-mode package -Dmaven.test.skip=true -P"$3" -Dpython="$python" \\
        -Djib.baseImageCache="$PWD/.jib/base" -Djib.applicationCache="$PWD/.jib/application" -Darchive.directory="$PWD/.archive" "${@:4}"
      """;

  @Test
  void aSecondBuildGivesTheSameBytesAndAChangedByteOthers() throws IOException {
    try (TemporaryDirectory elsewhere = new TemporaryDirectory("reproduce-")) {
      Path image = elsewhere.path().resolve("target/jib-image.tar");
      Path built = Project.TARGET.resolve("jib-image.tar");
      copySources(elsewhere.path());

      build(elsewhere.path());
      assertThat(ImageDifference.between(built, image)).as("differences").isEmpty();
      assertThat(Files.mismatch(built, image)).as("the first byte that differs").isEqualTo(-1);

      Path input = elsewhere.path().resolve(INPUT);
      Files.writeString(input, Files.readString(input).replaceFirst(".", ";"));
      build(elsewhere.path());
      assertThat(ImageDifference.between(built, image))
          .anyMatch(line -> line.contains("/etc/pip.conf"));
      assertThat(digest(elsewhere.path())).isNotEqualTo(digest(Project.DIRECTORY));
    }
  }

  /** What Git has or would add, with the modes of a clone under umask 077, and the base. */
  private static void copySources(Path target) {
    String copy =
        """
        umask 077
        git ls-files -z --cached --others --exclude-standard |
          tar --create --null --files-from=- --ignore-failed-read |
          tar --extract --no-same-permissions --touch --directory="$0"
        if [ -e .base ]; then cp -al .base "$0"; fi
        """;
    Command.run(Project.DIRECTORY, LIMIT, List.of("sh", "-euc", copy, target.toString()))
        .succeeded();
  }

  private static void build(Path directory) throws IOException {
    String output =
        Command.run(
                directory,
                LIMIT,
                List.of(
                    "bash",
                    "-euc",
                    BUILD,
                    "bash",
                    Project.DIRECTORY.toString(),
                    Project.property("maven.home"),
                    Project.property("image.phase"),
                    property("base.image"),
                    property("base.python"),
                    property("image.fast-start"),
                    property("image.tag"),
                    property("wheels.directory"),
                    "-Dmaven.repo.local=" + Project.property("settings.localRepository")))
            .succeeded()
            .output();
    System.out.println("ReproduceIT: " + output.lines().findFirst().orElseThrow());
    System.out.println("ReproduceIT: " + digest(directory));
  }

  private static String property(String name) {
    return "-D" + name + "=" + Project.property(name);
  }

  private static String digest(Path project) throws IOException {
    return Files.readString(project.resolve("target/jib-image.digest")).strip();
  }
}
