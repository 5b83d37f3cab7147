package io.github.ldamasio.rbs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.kubernetes.Manifests.Variant;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import io.github.ldamasio.rbs.pin.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The manifests in {@code target/k8s} as kustomize renders them: all that can be checked without a
 * cluster and without the image. {@link KubernetesIT} runs them.
 */
class ManifestsIT {
  private static final Map<Variant, Manifests> RENDERED = new EnumMap<>(Variant.class);
  private static String image;

  @BeforeAll
  static void render() throws IOException {
    image =
        "%s:%s@%s"
            .formatted(
                Project.property("image.repository"),
                Project.property("image.tag"),
                Files.readString(Project.TARGET.resolve("jib-image.digest")).strip());
    for (Variant variant : Variant.values()) {
      RENDERED.put(variant, Manifests.render(Manifests.DIRECTORY, variant));
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachRuleHolds(Variant variant) {
    assertThat(Violations.of(RENDERED.get(variant), image)).isEmpty();
  }

  /** Rules also hold of empty manifests. */
  @ParameterizedTest
  @EnumSource
  void thereIsSomethingToCheck(Variant variant) {
    Manifests manifests = RENDERED.get(variant);
    List<String> programs =
        switch (variant) {
          case ONE_POD, EXECUTOR_PODS -> List.of("bronze", "silver");
          case HISTORY_SERVER -> List.of("history-server");
          case MAINTENANCE -> List.of("maintenance");
          case SCHEDULED, SCHEDULED_EXECUTOR_PODS -> List.of("lake");
          case SPARK_OPERATOR -> List.of("bronze");
        };
    assertThat(
            Stream.of("Job", "CronJob", "Deployment", "SparkApplication")
                .flatMap(kind -> manifests.all(kind).stream())
                .map(Manifests::name))
        .isEqualTo(programs);
    boolean executors =
        variant != Variant.ONE_POD
            && variant != Variant.HISTORY_SERVER
            && variant != Variant.MAINTENANCE
            && variant != Variant.SCHEDULED;
    assertThat(manifests.pods()).hasSize(programs.size() * (executors ? 2 : 1));
    assertThat(manifests.all("NetworkPolicy")).hasSize(executors ? 7 : 4);
  }

  /** What the runbook's commands give the cluster; {@link KubernetesIT} applies it to one. */
  @ParameterizedTest
  @EnumSource
  void theRunbookRollsTheImageAndNothingElse(Variant variant) {
    String previous = "3.5.0-before@sha256:" + "0".repeat(64);
    String other = Project.property("image.repository") + ":" + previous;
    String back =
        Runbook.section("Roll back, and forward again")
            .command("kubectl kustomize ")
            .replace("kubectl kustomize", String.join(" ", Kustomize.COMMAND))
            .replace("one-pod", variant.directory());
    String yaml =
        Runbook.run(Project.DIRECTORY, previous, Runbook.withoutApply(back)).succeeded().output();
    Manifests rolled = new Manifests(Json.parseAll(yaml), RENDERED.get(variant).secrets());
    assertThat(Violations.of(rolled, other)).isEmpty();
    assertThat(rolled.objects().toString().replace(other, image))
        .isEqualTo(RENDERED.get(variant).objects().toString());
  }

  static List<Mutation> mutations() {
    return Mutation.all();
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void aBrokenRuleIsFoundForItsReason(Mutation mutation) {
    Manifests manifests = mutation.applyTo(RENDERED.get(mutation.variant()));
    assertThat(Violations.of(manifests, image))
        .extracting(Violation::toString)
        .anyMatch(text -> text.startsWith(mutation.violation()));
  }

  @Test
  void eachRuleIsSeenToBreak() {
    assertThat(mutations().stream().map(Mutation::rule).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Rule.values());
  }
}
