package io.github.ldamasio.rbs.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ldamasio.rbs.inventory.Component.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link Inventory}. */
class InventoryTest {
  private static final BakedFile FILE =
      new BakedFile(Path.of("/opt/a file with  spaces.jar"), "0".repeat(63) + "f");
  private static final Component JAR = new Component(Kind.JAR, "some-jar", "1.0", List.of(FILE));
  private static final Component WHEEL =
      new Component(Kind.PYTHON, "wheel", "2.0.post1", List.of(FILE, FILE));

  @Test
  void whatIsWrittenIsRead() {
    Inventory written = new Inventory(Map.of("spark", "3.5.0"), List.of(JAR, WHEEL));
    Inventory read = Inventory.parse(written.lines());
    assertThat(read.components()).containsExactly(JAR, WHEEL);
    assertThat(read.components(Kind.PYTHON)).containsExactly(WHEEL);
    assertThat(read.required("spark")).isEqualTo("3.5.0");
    assertThat(read.lines()).isEqualTo(written.lines());
  }

  @Test
  void aListStandsForItsFiles(@TempDir Path directory) throws IOException {
    Path list = directory.resolve(Inventory.LIST);
    Files.writeString(list, FILE + "\n");
    BakedFile listFile = new BakedFile(list, "0".repeat(64));
    Component outline = new Component(Kind.PYTHON, "wheel", "2.0", List.of(listFile));
    Path inventory = directory.resolve("inventory");
    Files.write(inventory, new Inventory(Map.of(), List.of(JAR, outline)).lines());
    assertThat(Inventory.read(inventory).components())
        .containsExactly(JAR, new Component(Kind.PYTHON, "wheel", "2.0", List.of(listFile, FILE)));
  }

  @Test
  void aFilesLineIsOneOfSha256sum() {
    assertThat(new Inventory(Map.of(), List.of(JAR)).lines())
        .contains("# jar some-jar 1.0", FILE.sha256() + "  " + FILE.path());
  }

  @Test
  void aLineOfAnotherFormIsNamed() {
    for (String line : List.of("no hash", "# too many words in it", "12  /short")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Inventory.parse(List.of("# jar some-jar 1.0", line)))
          .withMessageContaining("expected");
    }
  }

  @Test
  void aComponentWithoutFilesIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Inventory.parse(List.of("# jar some-jar 1.0")))
        .withMessageContaining("'some-jar 1.0': expected files");
  }

  @Test
  void aVersionThatTheInventoryDoesNotHoldIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new Inventory(Map.of(), List.of()).required("python"))
        .withMessageContaining("python");
  }
}
