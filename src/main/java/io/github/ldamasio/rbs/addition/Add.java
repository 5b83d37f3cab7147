package io.github.ldamasio.rbs.addition;

import io.github.ldamasio.rbs.inventory.Component;
import io.github.ldamasio.rbs.inventory.Inventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The program {@code rbs-add}; {@code --help} says how to use it. */
public final class Add {
  private Add() {}

  /** Adds everything or nothing, and ends the JVM with the exit code. */
  public static void main(String... words) throws IOException, InterruptedException {
    System.exit(run(words));
  }

  private static int run(String[] words) throws IOException, InterruptedException {
    Arguments arguments;
    try {
      arguments = Arguments.parse(words);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + Arguments.USAGE);
      return 2;
    }
    if (arguments.help()) {
      System.out.println(Arguments.USAGE);
      return 0;
    }
    try {
      checkUser();
      Path scratch = Files.createTempDirectory(Inventory.ADDED.getParent(), ".add-");
      try {
        add(arguments, scratch);
      } finally {
        delete(scratch);
      }
      return 0;
    } catch (Refusal | IllegalArgumentException | IllegalStateException e) {
      e.getMessage().lines().forEach(line -> System.err.println("rbs-add: " + line));
      System.err.println("rbs-add: nothing was added");
      return 1;
    }
  }

  private static void checkUser() throws IOException, Refusal {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!uid.equals(0)) {
      throw new Refusal(
          "uid '"
              + uid
              + "': expected root, in the build of an image, found another user; write USER root"
              + " above RUN rbs-add, and USER 185 below it");
    }
  }

  private static void add(Arguments arguments, Path scratch)
      throws IOException, InterruptedException, Refusal {
    Contents contents = new Contents(arguments.replaced());
    Python python = new Python(scratch);
    Wheels wheels = new Wheels(python, contents, scratch);
    Jars jars = new Jars(python, contents, scratch);
    for (Path requirements : arguments.requirements()) {
      wheels.add(requirements);
    }
    for (String jar : arguments.jars()) {
      jars.add(jar);
    }
    List<String> conflicts = new ArrayList<>(contents.conflicts());
    conflicts.addAll(wheels.conflicts());
    conflicts.addAll(jars.conflicts());
    if (!conflicts.isEmpty()) {
      throw new Refusal(conflicts);
    }
    if (arguments.dryRun()) {
      return;
    }
    List<Component> added = new ArrayList<>(wheels.install());
    contents.removeJars();
    added.addAll(jars.install());
    if (added.isEmpty()) {
      System.out.println("rbs-add: nothing to add, all of it is there already");
      return;
    }
    contents.write(added);
    Sbom.update(added);
    added.forEach(component -> System.out.println("rbs-add: added " + component));
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
