package io.github.ldamasio.rbs.preflight.report;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/**
 * The values that must not appear in the output. A check that learns one adds it before it reports
 * anything. A value is masked
 *
 * <ul>
 *   <li>where a secret stands: after a name that says so ({@code password=…}), and before the
 *       {@code @} of a URL;
 *   <li>everywhere else, unless it may be an ordinary word or is part of what the report names,
 *       such as a user or a bucket. There a mask would hide nothing, and tell what the secret is.
 * </ul>
 *
 * Safe for use by several threads.
 */
public final class Secrets {
  private static final String NAME =
      "(?i)[\\w.-]*(?:secret|password|passwd|token|access[._-]?key|credential|sslkey)[\\w.-]*";

  /**
   * Names of settings and variables whose values are secret: those that Spark redacts, and keys.
   */
  private static final Pattern NAMES = Pattern.compile(NAME);

  /** What follows such a name, and what precedes the host in a URL. */
  private static final Pattern PLACES =
      Pattern.compile("(" + NAME + "=)[^\\s&;,'\")]+|(//)[^/\\s@?]*(?=@)");

  /** What may be an ordinary word: letters, or a few of letters and digits. */
  private static final Pattern WORD = Pattern.compile("\\p{L}{1,15}|[\\p{L}\\p{N}]{1,5}");

  private static final String MASK = "***";

  /** Longest first, so that no part of a secret is left beside the mask of a shorter one. */
  private final Set<String> values =
      new ConcurrentSkipListSet<>(
          Comparator.comparing(String::length).reversed().thenComparing(s -> s));

  private final Set<String> named = ConcurrentHashMap.newKeySet();

  /** Adds the value of a setting or variable if its name says that it is secret. */
  public void addIfSecret(String name, String value) {
    if (NAMES.matcher(name).matches()) {
      add(value);
    }
  }

  /** Masks a value from now on, also as URLs encode it; ignores null and blank values. */
  public void add(String value) {
    if (value != null && !value.isBlank()) {
      values.add(value);
      values.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
      values.add(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    }
  }

  /** What the report names as it is, whatever the secrets are; ignores null. */
  public void name(String text) {
    if (text != null) {
      named.add(text.toLowerCase(Locale.ROOT));
    }
  }

  /** The text with each secret masked. */
  public String mask(String text) {
    String masked = text;
    for (String value : values) {
      if (!mayBeWord(value)) {
        masked = masked.replace(value, MASK);
      }
    }
    return PLACES.matcher(masked).replaceAll("$1$2" + MASK);
  }

  private boolean mayBeWord(String value) {
    String word = value.toLowerCase(Locale.ROOT);
    return WORD.matcher(value).matches() || named.stream().anyMatch(text -> text.contains(word));
  }
}
