package io.github.ldamasio.rbs.build.layers;

import io.github.ldamasio.rbs.build.archive.BaseSandbox;
import io.github.ldamasio.rbs.build.file.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets the base's own {@code rbs-add} say whether JARs and wheels go with what the base has. */
final class AdditionCheck {
  private static final String DIRECTORY = "rbs-check";
  private static final String LOCK = "requirements.txt";
  private static final String OUTPUT = "output";

  /** The last line of a refusal, which a run that was killed does not reach. */
  private static final String NOTHING_ADDED = "rbs-add: nothing was added";

  private final BaseSandbox sandbox;
  private final Path wheels;
  private final Path directory;

  /**
   * @param wheels where those of the lock are
   */
  AdditionCheck(BaseSandbox sandbox, Path wheels) {
    this.sandbox = sandbox;
    this.wheels = wheels;
    directory = sandbox.root().resolve(DIRECTORY);
  }

  /**
   * Leaves the base as it was.
   *
   * @throws IllegalStateException with what rbs-add says if it refuses any of them
   */
  void run(List<Path> jars, Optional<Path> lock) throws IOException, InterruptedException {
    if (jars.isEmpty() && lock.isEmpty()) {
      return;
    }
    System.out.println("layers: comparing JARs and wheels with the base");
    FileTrees.delete(directory);
    Files.createDirectories(directory);
    StringBuilder command = new StringBuilder("cd /" + DIRECTORY + " && rbs-add --dry-run");
    for (Path jar : jars) {
      Files.copy(jar, directory.resolve(jar.getFileName()));
      command.append(" ").append(jar.getFileName());
    }
    if (lock.isPresent()) {
      List<String> lines = new ArrayList<>(List.of("--no-index", "--find-links wheels"));
      lines.addAll(Files.readAllLines(lock.get()));
      Files.write(directory.resolve(LOCK), lines);
      FileTrees.add(wheels, directory.resolve("wheels"));
      command.append(" --requirements ").append(LOCK);
    }
    try {
      sandbox.run(directory, "bash", "-c", command + " >" + OUTPUT + " 2>&1");
    } catch (IllegalStateException e) {
      throw refusal(e);
    }
    FileTrees.delete(directory);
  }

  /** If rbs-add has left nothing, the next build needs not unpack the base again. */
  private IllegalStateException refusal(IllegalStateException failure) throws IOException {
    Path output = directory.resolve(OUTPUT);
    if (Files.notExists(output)) {
      return failure;
    }
    String said = Files.readString(output).strip();
    FileTrees.delete(directory);
    if (said.endsWith(NOTHING_ADDED)) {
      sandbox.keepRoot();
    }
    return new IllegalStateException(
        said
            + "\nlayers: by Maven nothing that the base has is replaced: pin its version, leave it"
            + " out, or build by FROM, where rbs-add has --replace");
  }
}
