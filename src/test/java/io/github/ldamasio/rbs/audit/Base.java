package io.github.ldamasio.rbs.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an image stands on: the layers, the files that they make, and for each class of Spark's own
 * JARs the JAR that has it.
 */
record Base(List<Layer> layers, FileTree files, Map<String, ImagePath> sparksClasses) {
  static final ImagePath JARS = new ImagePath("/opt/spark/jars");

  Base {
    layers = List.copyOf(layers);
    sparksClasses = Map.copyOf(sparksClasses);
  }

  static Base of(List<Layer> layers) {
    FileTree files = new FileTree(layers);
    Map<String, ImagePath> classes = new HashMap<>();
    files
        .entries()
        .filter(entry -> entry.path().parent().equals(JARS))
        .forEach(
            entry -> {
              if (entry.content() instanceof Content.Jar jar) {
                jar.classes().keySet().forEach(name -> classes.put(name, entry.path()));
              }
            });
    return new Base(layers, files, classes);
  }
}
