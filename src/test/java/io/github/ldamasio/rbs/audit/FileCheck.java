package io.github.ldamasio.rbs.audit;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Each file that the build added is claimed once and has the claimed bytes, and none is missing.
 */
record FileCheck(Claims claims) {

  Stream<Discrepancy> discrepancies(BuiltImage image) {
    FileTree base = image.base().files();
    Map<ImagePath, List<Claim>> claimed =
        claims.all().stream().collect(groupingBy(Claim::path, TreeMap::new, toList()));
    Set<ImagePath> files = image.addedFiles().map(Entry::path).collect(toSet());
    return Stream.of(
            claims.discrepancies().stream(),
            claimed.values().stream().flatMap(FileCheck::claimedTwice),
            claimed.values().stream()
                .map(some -> some.get(0))
                .filter(claim -> !files.contains(claim.path()))
                .map(Discrepancy.Missing::new),
            files.stream()
                .filter(path -> !claimed.containsKey(path))
                .map(Discrepancy.Unclaimed::new),
            needlessDirectories(image, base, claimed.keySet()),
            image.addedFiles().flatMap(entry -> otherBytes(entry, claimed)),
            presentTwice(image, base))
        .flatMap(found -> found);
  }

  private static Stream<Discrepancy> claimedTwice(List<Claim> claims) {
    return claims.size() == 1
        ? Stream.empty()
        : Stream.of(
            new Discrepancy.ClaimedTwice(
                claims.get(0).path(), claims.stream().map(Claim::claimant).toList()));
  }

  private static Stream<Discrepancy> needlessDirectories(
      BuiltImage image, FileTree base, Set<ImagePath> claimed) {
    Set<ImagePath> needed = claimed.stream().flatMap(ImagePath::ancestors).collect(toSet());
    needed.add(BuildPlan.HOME);
    BuildPlan.HOME.ancestors().forEach(needed::add);
    return image
        .addedEntries()
        .filter(Entry::isDirectory)
        .map(Entry::path)
        .distinct()
        .filter(path -> !needed.contains(path) && base.find(path).isEmpty())
        .map(Discrepancy.Unclaimed::new);
  }

  private static Stream<Discrepancy> otherBytes(Entry entry, Map<ImagePath, List<Claim>> claimed) {
    if (entry.content() instanceof Content.RegularFile file && claimed.containsKey(entry.path())) {
      Claim claim = claimed.get(entry.path()).get(0);
      if (!file.sha256().equals(claim.sha256())) {
        return Stream.of(new Discrepancy.OtherBytes(claim, file.sha256()));
      }
    }
    return Stream.empty();
  }

  private static Stream<Discrepancy> presentTwice(BuiltImage image, FileTree base) {
    Map<ImagePath, Long> count =
        image.addedFiles().collect(groupingBy(Entry::path, TreeMap::new, counting()));
    return count.entrySet().stream()
        .filter(file -> file.getValue() > 1 || base.find(file.getKey()).isPresent())
        .map(file -> new Discrepancy.PresentTwice(file.getKey()));
  }
}
