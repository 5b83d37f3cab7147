package io.github.ldamasio.rbs.audit;

import java.util.List;
import java.util.Map;

/** What an entry of a layer is, and what the audit needs to know about its bytes. */
sealed interface Content {

  record Directory() implements Content {}

  record SymbolicLink(String target) implements Content {}

  /** A hard link, a device, a pipe: Jib makes none of them. */
  record Other(String kind) implements Content {}

  sealed interface RegularFile extends Content {
    Sha256 sha256();
  }

  record Plain(Sha256 sha256) implements RegularFile {}

  /**
   * The JAR's classes by name, as {@code org/example/Main.class}, each with the major version of
   * its format. Classes for particular Java versions ({@code META-INF/versions}) are left out.
   */
  record Jar(Sha256 sha256, Map<String, Integer> classes) implements RegularFile {
    public Jar {
      classes = Map.copyOf(classes);
    }
  }

  /** {@code WHEEL} of a {@code .dist-info}: what its wheel was built for. */
  record WheelNotes(Sha256 sha256, List<WheelTag> tags) implements RegularFile {
    public WheelNotes {
      tags = List.copyOf(tags);
    }
  }
}
