package io.github.ldamasio.rbs.preflight.jdbc;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was most likely meant by a mistyped one. */
final class Nearest {

  private Nearest() {}

  /** The name that takes the fewest edits, the first of equals; nothing if there are no names. */
  static Optional<String> to(String typed, List<String> names) {
    return names.stream().min(Comparator.comparingInt(name -> distance(plain(typed), plain(name))));
  }

  private static String plain(String name) {
    return name.replace("\"", "").toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions and replacements from one text to the other (Levenshtein). */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
