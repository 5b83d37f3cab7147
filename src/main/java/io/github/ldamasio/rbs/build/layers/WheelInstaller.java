package io.github.ldamasio.rbs.build.layers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Installs the wheels of a lock with the host's pip, for another Python than the host's. */
final class WheelInstaller {
  private final String python;
  private final Path wheels;
  private final List<String> selection;

  /**
   * @param python the host's Python, any version with pip
   * @param version the Python that the wheels are for, as {@code 3.11}
   * @param wheels where the archives stay, so that a later build needs no network
   */
  WheelInstaller(String python, String version, Path lock, Path wheels) {
    this.python = python;
    this.wheels = wheels;
    selection =
        List.of(
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--only-binary=:all:",
            "--no-deps",
            "--implementation=cp",
            "--python-version=" + version,
            "--platform=manylinux2014_x86_64",
            "--requirement=" + lock);
  }

  /**
   * Downloads what is missing, unless offline, and installs from those archives alone; pip compares
   * each hash both times.
   *
   * @throws IllegalStateException if pip fails; it has said why
   */
  void install(boolean offline, Path target) throws IOException, InterruptedException {
    if (!offline) {
      System.out.println("layers: downloading wheels to " + wheels);
      pip("download", "--dest=" + wheels);
    }
    System.out.println("layers: installing wheels in " + target);
    pip(
        "--isolated",
        "install",
        "--root-user-action=ignore",
        "--no-index",
        "--find-links=" + wheels,
        "--no-compile",
        "--target=" + target);
  }

  private void pip(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, "-m", "pip"));
    command.addAll(List.of(arguments));
    command.addAll(selection);
    Process pip = new ProcessBuilder(command).inheritIO().start();
    int code = pip.waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          "pip: expected to end with 0, found "
              + code
              + " and the error above; the command was: "
              + String.join(" ", command));
    }
  }
}
