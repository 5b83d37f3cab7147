package io.github.ldamasio.rbs.build.push;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tag of an image: a name, {@code {spark-version}-{phase}[-cold]} in the default repository, and
 * {@code -rN} behind it from the first revision on. No phase is called {@code rN}, so that no
 * revision of one phase is the tag of another.
 */
final class ImageTag {
  private static final Pattern REVISED = Pattern.compile("(.+)-r([1-9][0-9]{0,8})");

  private final String name;
  private final int revision;

  private ImageTag(String name, int revision) {
    this.name = name;
    this.revision = revision;
  }

  /** Reads a tag; one that does not end in {@code -rN} is a name without a revision. */
  static ImageTag parse(String tag) {
    Matcher revised = REVISED.matcher(tag);
    return revised.matches()
        ? new ImageTag(revised.group(1), Integer.parseInt(revised.group(2)))
        : new ImageTag(tag, 0);
  }

  /** The tag without its revision. */
  String name() {
    return name;
  }

  /** The same name with the next revision. */
  ImageTag nextRevision() {
    return new ImageTag(name, revision + 1);
  }

  @Override
  public String toString() {
    return revision == 0 ? name : name + "-r" + revision;
  }
}
