package io.github.ldamasio.rbs.build.docs;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code README.md} and {@code docs/*.md}. What stands in them between {@code <!-- generated: NAME
 * -->} and {@code <!-- /generated -->} is written; the rest is left alone.
 */
final class Pages {
  private static final Pattern BLOCK =
      Pattern.compile("(<!-- generated: (.+?) -->\n)(.*?)(<!-- /generated -->)", Pattern.DOTALL);
  private static final Pattern MARKER = Pattern.compile("<!-- */? *generated");

  private final Path project;
  private final Map<String, String> blocks;

  Pages(Path project, Map<String, String> blocks) {
    this.project = project;
    this.blocks = Map.copyOf(blocks);
  }

  /** Each block with another text than would be written. */
  List<String> stale() throws IOException {
    List<String> stale = new ArrayList<>();
    for (Path page : pages()) {
      blocks(Files.readString(page))
          .filter(block -> !block.group(3).equals(blocks.get(block.group(2))))
          .map(
              block ->
                  finding(page, block.group(2), "the text that the build writes", "another one")
                      + "; run "
                      + Generated.COMMAND)
          .forEach(stale::add);
    }
    return stale;
  }

  /**
   * Writes each page that has a stale block.
   *
   * @throws IllegalStateException if markers are wrong, with all findings; then nothing is written
   */
  void write() throws IOException {
    List<String> wrong = wrongMarkers();
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(String.join("\n", wrong));
    }
    for (Path page : pages()) {
      String old = Files.readString(page);
      String text =
          BLOCK
              .matcher(old)
              .replaceAll(
                  block ->
                      Matcher.quoteReplacement(
                          block.group(1) + blocks.get(block.group(2)) + block.group(4)));
      if (!text.equals(old)) {
        Files.writeString(page, text);
      }
    }
  }

  /** Markers that make no block, blocks that nobody knows, and blocks that no page has. */
  List<String> wrongMarkers() throws IOException {
    List<String> wrong = new ArrayList<>();
    Set<String> missing = new TreeSet<>(blocks.keySet());
    for (Path page : pages()) {
      String text = Files.readString(page);
      List<String> names = blocks(text).map(block -> block.group(2)).collect(toList());
      missing.removeAll(names);
      names.stream()
          .filter(name -> !blocks.containsKey(name))
          .map(
              name ->
                  finding(page, name, "one of " + new TreeSet<>(blocks.keySet()), "none of them"))
          .forEach(wrong::add);
      long markers = MARKER.matcher(text).results().count();
      if (markers != 2L * names.size()) {
        wrong.add(
            String.format(
                "page '%s': expected two markers around each generated block, found %d for %d;"
                    + " correct them",
                project.relativize(page), markers, names.size()));
      }
    }
    missing.forEach(
        name ->
            wrong.add(
                "block '" + name + "': expected it in a page, found it in none; add its markers"));
    return wrong;
  }

  private String finding(Path page, String block, String expected, String found) {
    return String.format(
        "%s: block '%s': expected %s, found %s", project.relativize(page), block, expected, found);
  }

  private static Stream<MatchResult> blocks(String text) {
    return BLOCK.matcher(text).results();
  }

  private List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(project.resolve("docs"))) {
      return Stream.concat(
              Stream.of(project.resolve("README.md")),
              docs.filter(file -> file.toString().endsWith(".md")).sorted())
          .collect(toList());
    }
  }
}
