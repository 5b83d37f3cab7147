package io.github.ldamasio.rbs.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of the project's documentation. */
public final class Page {
  private Page() {}

  /** Its blocks of code in this language, as they stand there. */
  public static List<String> blocks(Path page, String language) {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(read(page))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  /**
   * The lines of the section of the second level with this heading.
   *
   * @throws IllegalStateException if there is none
   */
  public static List<String> section(Path page, String heading) {
    String[] parts = read(page).split("(?m)^## " + Pattern.quote(heading) + "$", 2);
    if (parts.length < 2) {
      throw new IllegalStateException(
          "page '%s': expected a section '%s', found none".formatted(page, heading));
    }
    return parts[1].split("(?m)^## ", 2)[0].lines().toList();
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
