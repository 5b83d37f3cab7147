package io.github.ldamasio.rbs.kubernetes;

import java.util.List;
import java.util.stream.Stream;

/** All that must hold of the manifests without a cluster. */
final class ManifestsCheck {

  private ManifestsCheck() {}

  /** Everything that is not as it should be, with this image as the one that was built. */
  static List<Finding> of(Manifests manifests, String image) {
    return Stream.of(
            TypeCheck.findings(manifests),
            RestrictedCheck.findings(manifests),
            JobCheck.findings(manifests, image),
            ReferenceCheck.findings(manifests),
            TrafficCheck.findings(manifests))
        .flatMap(findings -> findings)
        .distinct()
        .toList();
  }
}
