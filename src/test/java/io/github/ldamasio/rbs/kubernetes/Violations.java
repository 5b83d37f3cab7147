package io.github.ldamasio.rbs.kubernetes;

import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the broken rules, each place once. */
final class Violations {
  private final Set<Violation> found = new LinkedHashSet<>();

  /** Checks manifests without a cluster; the image is the one that was built. */
  static List<Violation> of(Manifests manifests, String image) {
    Violations violations = new Violations();
    new TypeCheck(violations).check(manifests);
    new RestrictedCheck(violations).check(manifests);
    new JobCheck(manifests, violations).check();
    new PodCheck(manifests, image, violations).check();
    new ReferenceCheck(manifests, violations).check();
    new TrafficCheck(manifests, violations).check();
    new SiteCheck(manifests, violations).check();
    return List.copyOf(violations.found);
  }

  void expect(boolean holds, Rule rule, String where, String expected) {
    if (!holds) {
      found.add(new Violation(rule, where, "expected " + expected));
    }
  }
}
