package io.github.ldamasio.rbs.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The parent POM of images of one's own has the versions of the project's POM. */
class OwnImageTest {
  private static final Pattern VERSION = Pattern.compile("<([a-z.-]+\\.version)>([^<]+)</");

  @Test
  void bothPomsHaveTheSameVersions() throws IOException {
    Map<String, String> own = versions("src/main/own-image/pom.xml");
    assertThat(own).isNotEmpty();
    assertThat(versions("pom.xml")).containsAllEntriesOf(own);
  }

  @Test
  void theExampleIsAsShortAsThePageSays() throws IOException {
    long lines =
        Files.readAllLines(Project.DIRECTORY.resolve("src/examples/own-image/pom.xml")).size();
    assertThat(lines).isLessThanOrEqualTo(30);
    assertThat(Files.readString(Project.DIRECTORY.resolve("docs/your-job.md")))
        .contains(lines + " lines of `pom.xml`");
  }

  private static Map<String, String> versions(String pom) throws IOException {
    Map<String, String> versions = new TreeMap<>();
    VERSION
        .matcher(Files.readString(Project.DIRECTORY.resolve(pom)))
        .results()
        .forEach(version -> versions.put(version.group(1), version.group(2)));
    return versions;
  }
}
