package io.github.ldamasio.rbs.build.docs;

import io.github.ldamasio.rbs.build.phase.Phase;
import io.github.ldamasio.rbs.build.vulnerability.OpenVex;
import io.github.ldamasio.rbs.build.vulnerability.Vulnerabilities;
import io.github.ldamasio.rbs.build.vulnerability.Vulnerability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes what follows from the repository: the VEX document in each build, and the generated blocks
 * of the pages on request.
 */
public final class Generated {
  /** What writes the pages. */
  public static final String COMMAND = "'mvn -q process-classes -Ddocs.write=true'";

  private Generated() {}

  /** Arguments: the project's directory, the VEX document, and whether to write the pages. */
  public static void main(String[] arguments) throws IOException {
    Path project = Path.of(arguments[0]);
    List<Phase> phases = Phase.all(project);
    List<Vulnerability> vulnerabilities = Vulnerabilities.read(project, phases);
    Files.writeString(Path.of(arguments[1]), new OpenVex(vulnerabilities, phases).document());
    if (arguments[2].equals("true")) {
      new Pages(project, Blocks.of(phases, vulnerabilities)).write();
    }
  }

  /** What is wrong with the generated blocks of a project's pages: nothing if all is well. */
  public static List<String> findings(Path project) throws IOException {
    List<Phase> phases = Phase.all(project);
    Pages pages = new Pages(project, Blocks.of(phases, Vulnerabilities.read(project, phases)));
    List<String> findings = pages.wrongMarkers();
    findings.addAll(pages.stale());
    return findings;
  }
}
