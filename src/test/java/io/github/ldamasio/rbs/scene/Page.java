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
    try {
      return Pattern.compile("(?s)```" + language + "\n(.*?)```")
          .matcher(Files.readString(page))
          .results()
          .map((MatchResult block) -> block.group(1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
