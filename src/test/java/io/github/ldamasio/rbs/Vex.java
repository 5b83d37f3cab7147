package io.github.ldamasio.rbs;

import io.github.ldamasio.rbs.build.phase.Phase;
import io.github.ldamasio.rbs.build.vulnerability.Status;
import io.github.ldamasio.rbs.build.vulnerability.Vulnerabilities;
import io.github.ldamasio.rbs.build.vulnerability.Vulnerability;
import io.github.ldamasio.rbs.pin.BuiltPhase;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** What {@code src/main/vulnerabilities.yaml} says about the phase that is built. */
final class Vex {
  private Vex() {}

  /** Whether this vulnerability is said to be fixed. */
  static boolean fixed(String cve) {
    Phase phase = BuiltPhase.read();
    return vulnerabilities().stream()
        .filter(vulnerability -> vulnerability.cve().equals(cve))
        .anyMatch(vulnerability -> vulnerability.status(phase).equals(Optional.of(Status.FIXED)));
  }

  static List<Vulnerability> vulnerabilities() {
    try {
      return Vulnerabilities.read(Project.DIRECTORY, phases());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Phase> phases() {
    try {
      return Phase.all(Project.DIRECTORY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
