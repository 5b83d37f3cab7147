package io.github.ldamasio.rbs.addition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The image's Python, whose pip may download here. */
final class Python {
  private static final String DOWNLOAD =
      "import sys, urllib.request; urllib.request.urlretrieve(*sys.argv[1:])";

  private final Path scratch;

  /** Leaves nothing but in this directory, unless it is told to. */
  Python(Path scratch) {
    this.scratch = scratch;
  }

  /** Runs pip, which tells the user itself what is wrong; whether it succeeded. */
  boolean pip(Object... arguments) throws IOException, InterruptedException {
    return builder(pipCommand(arguments)).inheritIO().start().waitFor() == 0;
  }

  /** What pip says about the dependencies of all packages, with those of a directory in front. */
  List<String> brokenDependencies(Path packages) throws IOException, InterruptedException {
    ProcessBuilder check = builder(pipCommand("check")).redirectErrorStream(true);
    check.environment().put("PYTHONPATH", packages.toString());
    Process process = check.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? List.of() : List.of(output.strip().split("\n"));
  }

  /** Downloads a file with the proxies and certificates of the environment. */
  boolean download(String url, Path file) throws IOException, InterruptedException {
    return builder(List.of("python3", "-c", DOWNLOAD, url, file.toString()))
            .inheritIO()
            .start()
            .waitFor()
        == 0;
  }

  private static List<String> pipCommand(Object... arguments) {
    List<String> command = new ArrayList<>(List.of("python3", "-m", "pip"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("TMPDIR", scratch.toString());
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("PIP_NO_CACHE_DIR", "1");
    environment.put("PIP_ROOT_USER_ACTION", "ignore");
    // instead of those of /etc/pip.conf, which refuse downloads
    environment.putIfAbsent("PIP_NO_INDEX", "0");
    environment.putIfAbsent("PIP_FIND_LINKS", scratch.toString());
    return builder;
  }
}
