package io.github.ldamasio.rbs.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Added files belong to root and have the POM's modes; the directories and links of the base stay
 * as they are; the home directory is its user's; all times are the same.
 */
record AttributeCheck(BuildPlan plan) {
  /** Jib gives every file the same time, whenever the image is built. */
  private static final Instant TIME = Instant.ofEpochSecond(1);

  private static final Entry.Attributes DIRECTORY = new Entry.Attributes(0, 0, 0755);
  private static final int SETUID_SETGID = 06000;
  private static final int WORLD_WRITABLE = 0002;

  Stream<Discrepancy> discrepancies(BuiltImage image) {
    FileTree base = image.base().files();
    return image.addedEntries().flatMap(entry -> discrepancies(entry, base)).distinct();
  }

  private Stream<Discrepancy> discrepancies(Entry entry, FileTree base) {
    return Stream.of(replacesLink(entry, base), attributes(entry, base), kind(entry), time(entry))
        .flatMap(Optional::stream);
  }

  private static Optional<Discrepancy> replacesLink(Entry entry, FileTree base) {
    return Stream.concat(Stream.of(entry.path()), entry.path().ancestors())
        .flatMap(path -> base.find(path).stream())
        .filter(found -> found.content() instanceof Content.SymbolicLink)
        .findFirst()
        .map(
            link ->
                new Discrepancy.ReplacesLink(
                    entry.path(), link.path(), ((Content.SymbolicLink) link.content()).target()));
  }

  private Optional<Discrepancy> attributes(Entry entry, FileTree base) {
    Entry.Attributes expected = expected(entry, base);
    Entry.Attributes found = entry.attributes();
    if (found.equals(expected)) {
      return Optional.empty();
    }
    int added = found.mode() & ~expected.mode();
    return Optional.of(
        (added & (SETUID_SETGID | WORLD_WRITABLE)) == 0
            ? new Discrepancy.OtherAttributes(entry.path(), expected, found)
            : new Discrepancy.UnsafeMode(entry.path(), found));
  }

  private Entry.Attributes expected(Entry entry, FileTree base) {
    if (!entry.isDirectory()) {
      return new Entry.Attributes(0, 0, plan.mode(entry.path()));
    }
    if (entry.path().equals(BuildPlan.HOME)) {
      return BuildPlan.HOME_ATTRIBUTES;
    }
    return base.find(entry.path())
        .filter(Entry::isDirectory)
        .filter(directory -> !becomesRoots(directory.path()))
        .map(Entry::attributes)
        .orElse(DIRECTORY);
  }

  /**
   * Directories that have another owner in a base, and belong to root in the image, because Jib
   * adds each parent of a file as root's. That is intended: a job must not change its own runtime.
   */
  private boolean becomesRoots(ImagePath path) {
    return Set.of(
            // spark's in the official base
            new ImagePath("/opt/spark"),
            new ImagePath("/opt/spark/jars"),
            // writable for the group staff where Python is older than that of Debian 12
            plan.sitePackages(),
            plan.sitePackages().parent())
        .contains(path);
  }

  /** Only the build may add byte code. */
  private Optional<Discrepancy> kind(Entry entry) {
    if (!entry.isDirectory() && !(entry.content() instanceof Content.RegularFile)) {
      return Optional.of(new Discrepancy.NoRegularFile(entry.path(), entry.content()));
    }
    return entry.path().value().endsWith(".pyc") && !FastStartClaims.hasMade(plan, entry.path())
        ? Optional.of(new Discrepancy.CompiledPython(entry.path()))
        : Optional.empty();
  }

  private static Optional<Discrepancy> time(Entry entry) {
    return entry.modified().equals(TIME)
        ? Optional.empty()
        : Optional.of(new Discrepancy.OtherTime(entry.path(), TIME, entry.modified()));
  }
}
