package io.github.ldamasio.rbs.build.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link Pages}, and that those of this project are up to date. */
class PagesTest {
  private static final String README =
      "before\n<!-- generated: a -->\n%s<!-- /generated -->\nafter\n";

  @TempDir private Path project;
  private Path page;
  private Pages pages;

  @BeforeEach
  void makeAProject() throws IOException {
    page = project.resolve("docs/page.md");
    Files.createDirectory(project.resolve("docs"));
    Files.writeString(project.resolve("README.md"), README.formatted("old\n"));
    Files.writeString(page, "<!-- generated: b c -->\nnew $1\n<!-- /generated -->\n");
    pages = new Pages(project, Map.of("a", "new\n", "b c", "new $1\n"));
  }

  @Test
  void thoseOfThisProjectAreUpToDate() throws IOException {
    assertThat(Generated.findings(Project.DIRECTORY)).isEmpty();
  }

  @Test
  void aStaleBlockIsNamedWithItsPageAndTheCommand() throws IOException {
    assertThat(pages.stale())
        .containsExactly(
            "README.md: block 'a': expected the text that the build writes, found another one;"
                + " run "
                + Generated.COMMAND);
  }

  @Test
  void nothingButStaleBlocksIsWritten() throws IOException {
    pages.write();
    assertThat(project.resolve("README.md")).hasContent(README.formatted("new\n"));
    assertThat(page).hasContent("<!-- generated: b c -->\nnew $1\n<!-- /generated -->\n");
    assertThat(pages.stale()).isEmpty();
  }

  @Test
  void wrongMarkersAreNamedAndNothingIsWritten() throws IOException {
    Files.writeString(page, "<!-- generated: d -->\n<!-- /generated -->\n<!-- /generated -->\n");
    assertThat(pages.wrongMarkers())
        .containsExactly(
            "docs/page.md: block 'd': expected one of [a, b c], found none of them",
            "page 'docs/page.md': expected two markers around each generated block, found 3 for 1;"
                + " correct them",
            "block 'b c': expected it in a page, found it in none; add its markers");
    assertThatThrownBy(pages::write).hasMessageContaining("block 'd'");
    assertThat(project.resolve("README.md")).hasContent(README.formatted("old\n"));
  }
}
