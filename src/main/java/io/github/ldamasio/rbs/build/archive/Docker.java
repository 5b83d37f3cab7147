package io.github.ldamasio.rbs.build.archive;

import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code docker} command, with which any engine can be reached that the user has. */
final class Docker {
  private static final String LOADED = "Loaded image: ";

  private Docker() {}

  /**
   * Runs {@code docker} with these arguments, and returns its standard output.
   *
   * @throws IllegalStateException with all that it wrote, if it does not end with 0
   */
  static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process docker = new ProcessBuilder(command).redirectErrorStream(true).start();
    docker.getOutputStream().close();
    String output =
        new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = docker.waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          "'"
              + String.join(" ", command)
              + "': expected to end with 0, found "
              + code
              + ": "
              + output);
    }
    return output;
  }

  /**
   * Makes a base available to the engine, and returns its name there.
   *
   * @param base as Jib names it: {@code tar://PATH}, or an image of a registry
   * @throws IllegalStateException if no engine answers
   */
  static String image(String base) throws IOException, InterruptedException {
    try {
      run("version");
    } catch (IOException | IllegalStateException e) {
      throw new IllegalStateException(
          "container engine: expected one that answers, since the class archive is made in the base,"
              + " found none; 'scripts/setup.sh' starts Docker, DOCKER_HOST names another engine,"
              + " and without -Pwarm the build needs none",
          e);
    }
    Optional<Path> file = Inputs.baseFile(base);
    if (file.isPresent()) {
      String output = run("load", "--input", file.get().toString());
      return output.substring(output.indexOf(LOADED) + LOADED.length()).strip();
    }
    run("pull", "--quiet", base);
    return base;
  }

  /** A directory's content goes to a directory of a container. */
  static void copyTo(String container, Path source, String target)
      throws IOException, InterruptedException {
    run("cp", source + "/.", container + ":" + target);
  }
}
