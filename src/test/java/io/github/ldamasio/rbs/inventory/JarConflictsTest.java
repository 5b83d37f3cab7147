package io.github.ldamasio.rbs.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link JarConflicts} and {@link JarClasses}. */
class JarConflictsTest {
  private static final int JAVA_11 = 55;
  private static final int JAVA_21 = 65;

  @TempDir private Path directory;

  @Test
  void jarsOfOtherClassesGoTogether() throws IOException {
    Path added =
        jar("app-1.0.jar", "a/A.class", "module-info.class", "META-INF/versions/9/a/B.class");
    Path other = jar("base-1.0.jar", "a/B.class", "module-info.class");
    assertThat(JarConflicts.of(List.of(added), List.of(other))).isEmpty();
  }

  @Test
  void twoVersionsOfAnArtifactDoNot() throws IOException {
    Path added = jar("spark-avro_2.12-3.5.1.jar", "a/A.class");
    Path other = jar("spark-avro_2.12-3.5.0.jar", "b/B.class");
    assertThat(JarConflicts.of(List.of(added), List.of(other)))
        .containsExactly(
            "JAR 'spark-avro_2.12-3.5.1.jar': expected no other version of it, found '%s'"
                .formatted(other));
  }

  @Test
  void aClassInTwoJarsIsNamedAlsoIfBothAreAdded() throws IOException {
    Path one = jar("one.jar", "a/A.class", "a/B.class");
    Path two = jar("two.jar", "a/A.class", "a/B.class", "a/C.class");
    Path base = jar("base-1.0.jar", "a/C.class");
    assertThat(JarConflicts.of(List.of(one, two), List.of(base)))
        .containsExactly(
            "JAR 'one.jar': expected classes that no other JAR has, found 2 of '%s', as 'a/A.class'"
                .formatted(two),
            "JAR 'two.jar': expected classes that no other JAR has, found 1 of '%s', as 'a/C.class'"
                .formatted(base));
  }

  @Test
  void theNewestClassSaysWhichJavaAJarNeeds() throws IOException {
    assertThat(JarClasses.java(jar("old.jar", "a/A.class"))).isEqualTo(11);
    assertThat(JarClasses.java(jar("new.jar", "a/A.class", "a/New.class"))).isEqualTo(21);
    assertThat(JarClasses.java(jar("multi.jar", "a/A.class", "META-INF/versions/21/New.class")))
        .isEqualTo(11);
  }

  @Test
  void whatIsNoJarIsNamed() throws IOException {
    Path text = Files.writeString(directory.resolve("text.jar"), "text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JarClasses.names(text))
        .withMessageContaining("text.jar': expected a JAR, found");
  }

  /** Classes whose name begins with New are Java 21's, the others Java 11's. */
  private Path jar(String name, String... classes) throws IOException {
    Path jar = directory.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String file : classes) {
        zip.putNextEntry(new ZipEntry(file));
        DataOutputStream bytes = new DataOutputStream(zip);
        bytes.writeInt(0xCAFEBABE);
        bytes.writeInt(file.contains("New") ? JAVA_21 : JAVA_11);
        bytes.flush();
      }
    }
    return jar;
  }
}
