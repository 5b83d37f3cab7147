package io.github.ldamasio.rbs.audit;

import java.time.Instant;

/** An entry of a layer. The mode has the twelve bits that {@code chmod} sets. */
record Entry(ImagePath path, Content content, Attributes attributes, Instant modified) {

  /** What {@code chown} and {@code chmod} set. */
  record Attributes(long user, long group, int mode) {
    @Override
    public String toString() {
      return "%d:%d %04o".formatted(user, group, mode);
    }
  }

  boolean isDirectory() {
    return content instanceof Content.Directory;
  }
}
