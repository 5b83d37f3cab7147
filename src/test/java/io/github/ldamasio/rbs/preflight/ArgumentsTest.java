package io.github.ldamasio.rbs.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ldamasio.rbs.preflight.image.Memory.Role;
import org.junit.jupiter.api.Test;

/** Tests for {@link Arguments}. */
class ArgumentsTest {

  @Test
  void withoutArgumentsTheContainerMustSuitBothRoles() {
    Arguments arguments = Arguments.parse();
    assertThat(arguments.roles()).containsExactly(Role.DRIVER, Role.EXECUTOR);
    assertThat(arguments.s3()).isEmpty();
    assertThat(arguments.jdbc()).isEmpty();
    assertThat(arguments.kubernetes()).isFalse();
  }

  @Test
  void anOptionTakesItsValueWithSpaceOrEqualsSign() {
    Arguments arguments =
        Arguments.parse(
            "--conf", "spark.a=b=c", "--conf=spark.d=e", "--s3=s3a://x", "--no-image", "--json");
    assertThat(arguments.settings()).containsEntry("spark.a", "b=c").containsEntry("spark.d", "e");
    assertThat(arguments.s3()).contains("s3a://x");
    assertThat(arguments.json()).isTrue();
    assertThat(arguments.image()).isFalse();
  }

  /** Of a manifest, whose variables may be empty. */
  @Test
  void anOptionWithAnEmptyValueIsLeftOut() {
    Arguments arguments = Arguments.parse("--s3=", "--catalog=", "--jdbc=", "--no-image");
    assertThat(arguments.s3()).isEmpty();
    assertThat(arguments.jdbc()).isEmpty();
    assertThat(arguments.catalog()).isFalse();
    assertThat(arguments.image()).isFalse();
  }

  @Test
  void theCatalogsTableMayBeLeftOut() {
    Arguments arguments = Arguments.parse("--catalog", "--json");
    assertThat(arguments.catalog()).isTrue();
    assertThat(arguments.catalogTable()).isEmpty();
    assertThat(Arguments.parse("--catalog=lake.a.b").catalogTable()).contains("lake.a.b");
  }

  @Test
  void allThatIsWrongIsTold() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.parse("--role", "both", "--table", "t", "--s3", "--jdbc"))
        .withMessageContainingAll("--role 'both'", "--s3: expected a value", "--jdbc: expected");
  }

  @Test
  void noValueIsRepeated() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.parse("hunter2", "--conf", "key=hunter2"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
  }
}
