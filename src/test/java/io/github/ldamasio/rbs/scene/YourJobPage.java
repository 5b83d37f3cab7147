package io.github.ldamasio.rbs.scene;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/your-job.md}: the files that it shows, and its commands as they stand there. */
public final class YourJobPage {
  private static final Path PAGE = Project.DIRECTORY.resolve("docs/your-job.md");
  private static final Pattern FILE =
      Pattern.compile(
          "(?m)^`([\\w.-]+)`[^:`\n]*(?:`[^`\n]*`[^:`\n]*)*:\n\n```\\w+\n((?s:.*?))```$");
  private static final String PROMPT = "$ ";

  private final String text;

  private YourJobPage(String text) {
    this.text = text;
  }

  /** The page as it is now. */
  public static YourJobPage read() throws IOException {
    return new YourJobPage(Files.readString(PAGE));
  }

  /**
   * Writes the files that the page shows into a directory, and the JAR that it takes for granted.
   */
  public void writeFiles(Path directory) throws IOException {
    for (MatchResult file : FILE.matcher(text).results().toList()) {
      Files.writeString(directory.resolve(file.group(1)), file.group(2));
    }
    Files.copy(
        Project.TARGET.resolve("test-servers/spark-avro_2.12.jar"),
        directory.resolve(
            "spark-avro_2.12-%s.jar".formatted(Project.property("base.spark.version"))));
  }

  /** A script of the commands behind prompts, in the page's order. */
  public String script() {
    return console()
        .filter(line -> line.startsWith(PROMPT))
        .map(line -> line.substring(PROMPT.length()))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** What the page shows as output of these commands. */
  public List<String> output() {
    return console().filter(line -> !line.startsWith(PROMPT)).toList();
  }

  /** The lines that start with this text. */
  public List<String> lines(String start) {
    List<String> found = text.lines().filter(line -> line.startsWith(start)).toList();
    if (found.isEmpty()) {
      throw new IllegalStateException(
          "'%s': expected a line '%s…', found none".formatted(PAGE, start));
    }
    return found;
  }

  private Stream<String> console() {
    return Page.blocks(PAGE, "console").stream().flatMap(String::lines);
  }
}
