package io.github.ldamasio.rbs.build.push;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushRulesTest {
  private static final String HOME = "ghcr.io/somebody/spark";
  private static final String TAG = "3.5.0-phase0";

  @Test
  void allPropertiesThatChangeTheImageOrItsDestinationAreNamed() {
    assertThatThrownBy(
            () ->
                PushRules.checkProperties(
                    properties(
                        List.of(
                            "image",
                            "image.tag",
                            "jib.allowInsecureRegistries",
                            "jib.container.format",
                            "jib.not.known.yet",
                            "jib.skipExistingImages",
                            "jib.to.auth.username",
                            "jib.to.image",
                            "jib.to.tags",
                            "skipTests"))))
        .isInstanceOf(PushRefusedException.class)
        .hasMessageStartingWith(
            "properties 'image, jib.container.format, jib.not.known.yet, jib.skipExistingImages,"
                + " jib.to.image, jib.to.tags': expected none of them in a push");
  }

  @Test
  void theEmbeddedBaseNeedsConsentInTheDefaultRepository() {
    assertThatThrownBy(() -> check(HOME + ":" + TAG, true, List.of()))
        .isInstanceOf(PushRefusedException.class)
        .hasMessageContainingAll(HOME, "embedded base", "-Dpush.embedded=true");
    assertThatCode(() -> check(HOME + ":" + TAG, true, List.of("push.embedded")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.0-phase1", "3.5.0-phase0-cold", "3.5.0-phase1-r1", "latest"})
  void theDefaultRepositoryTakesNoTagOfAnotherPhase(String tag) {
    assertThatThrownBy(() -> check(HOME + ":" + tag, false, List.of()))
        .isInstanceOf(PushRefusedException.class)
        .hasMessageContaining(
            "tag '" + HOME + ":" + tag + "': expected 3.5.0-phase0 or 3.5.0-phase0-rN");
  }

  @ParameterizedTest
  @ValueSource(strings = {TAG, TAG + "-r1", TAG + "-r12"})
  void theDefaultRepositoryTakesThePhaseAndItsRevisions(String tag) {
    assertThatCode(() -> check(HOME + ":" + tag, false, List.of())).doesNotThrowAnyException();
  }

  @Test
  void anotherRepositoryTakesAnyImageUnderAnyTag() {
    assertThatCode(() -> check("localhost:5000/somebody/spark:latest", true, List.of()))
        .doesNotThrowAnyException();
  }

  private static void check(String target, boolean embedded, List<String> properties)
      throws InvalidImageReferenceException {
    PushRules.checkTarget(
        ImageReference.parse(target), HOME, TAG, embedded, properties(properties));
  }

  private static Properties properties(List<String> names) {
    Properties properties = new Properties();
    names.forEach(name -> properties.setProperty(name, "true"));
    return properties;
  }
}
