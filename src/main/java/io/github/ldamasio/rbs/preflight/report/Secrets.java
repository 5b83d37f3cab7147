package io.github.ldamasio.rbs.preflight.report;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/**
 * The values that must not appear in the output. A check that learns one adds it before it reports
 * anything. Safe for use by several threads.
 */
public final class Secrets {
  /**
   * Names of settings and variables whose values are secret: those that Spark redacts, and keys.
   */
  private static final Pattern NAMES =
      Pattern.compile("(?i).*(secret|password|passwd|token|access[._-]?key|credential|sslkey).*");

  private static final String MASK = "***";

  /** Longest first, so that no part of a secret is left beside the mask of a shorter one. */
  private final Set<String> values =
      new ConcurrentSkipListSet<>(
          Comparator.comparing(String::length).reversed().thenComparing(s -> s));

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

  /** The text with each secret masked. */
  public String mask(String text) {
    String masked = text;
    for (String value : values) {
      masked = masked.replace(value, MASK);
    }
    return masked;
  }
}
