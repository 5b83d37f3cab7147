package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ldamasio.rbs.pin.Project;
import io.github.ldamasio.rbs.process.MavenRun;
import io.github.ldamasio.rbs.process.ProjectCopy;
import io.github.ldamasio.rbs.process.Result;
import io.github.ldamasio.rbs.server.RegistryGate;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A tag never gets a second content, whatever one tells {@code jib:build}. */
class TagGuardIT {
  private static final String REPOSITORY = "rbs-spark";
  private static final String TAG = "7-test1";

  private static ProjectCopy project;

  @BeforeAll
  static void copyTheProject() {
    project = ProjectCopy.ofPackage();
  }

  @AfterAll
  static void deleteTheCopy() {
    project.close();
  }

  @Test
  void anotherContentIsRefusedWithBothDigestsAndTheNextFreeTag() throws IOException {
    try (RegistryServer registry = RegistryServer.open()) {
      String there = registry.occupy(REPOSITORY, TAG);
      registry.occupy(REPOSITORY, "7-test2");
      Map<Path, FileTime> before = registry.storage();
      Result push = push(project, registry.address()).run().failed();
      assertThat(push.output())
          .contains("a tag never gets a second content", "found " + there)
          .containsPattern("expected none, or sha256:[0-9a-f]{64},")
          .contains("the next free one is '7-test3'");
      assertThat(registry.storage()).as("what the push changed").isEqualTo(before);
    }
  }

  /** Nothing that a user may give leads elsewhere than the guard looks. */
  @Test
  void noFlagLeadsAroundIt() {
    try (RegistryServer registry = RegistryServer.open()) {
      Map<Path, FileTime> before = registry.storage();
      Result push =
          push(project, registry.address())
              .with("image", registry.address() + "/other")
              .with("jib.to.image", registry.address() + "/other")
              .with("jib.to.tags", "other")
              .with("jib.container.format", "OCI")
              .with("jib.skipExistingImages", true)
              .run()
              .failed();
      assertThat(push.output())
          .contains(
              "properties [image, jib.container.format, jib.skipExistingImages, jib.to.image,"
                  + " jib.to.tags]: expected none of them in a push");
      assertThat(registry.storage()).as("what the push changed").isEqualTo(before);
    }
  }

  @Test
  void anAnswerThatSaysNeitherYesNorNoIsARefusal() {
    try (RegistryServer registry = RegistryServer.open();
        RegistryGate gate = RegistryGate.closedFor(registry)) {
      Map<Path, FileTime> before = registry.storage();
      Result push = push(project, gate.address()).run().failed();
      assertThat(push.output()).contains(TAG, "503", "nothing was pushed");
      assertThat(registry.storage()).as("what the push changed").isEqualTo(before);
    }
  }

  @Test
  void theEmbeddedBaseDoesNotGoToTheDefaultRepository() {
    assumeTrue(
        Files.exists(Project.DIRECTORY.resolve(".base/base.tar")), "this is the official base");
    Result push = project.maven("jib:build").online().run().failed();
    assertThat(push.output()).contains("embedded base", "-Dpush.embedded=true");
  }

  /** The registry lets in, and then says that the tag is taken. */
  @Test
  void credentialsComeFromDocker() {
    try (RegistryServer registry = RegistryServer.withAuthentication()) {
      registry.occupy(REPOSITORY, TAG);
      String auth =
          Base64.getEncoder()
              .encodeToString(
                  (RegistryServer.USER + ":" + RegistryServer.PASSWORD)
                      .getBytes(StandardCharsets.US_ASCII));
      project.replace(
          "docker/config.json",
          "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(registry.address(), auth));
      Result push =
          push(project, registry.address())
              .with("sendCredentialsOverHttp", true)
              .withEnvironment("DOCKER_CONFIG", project.path().resolve("docker").toString())
              .run()
              .failed();
      assertThat(push.output()).contains("a tag never gets a second content");
    }
  }

  @Test
  void credentialsComeFromMaven() {
    try (RegistryServer registry = RegistryServer.withAuthentication()) {
      registry.occupy(REPOSITORY, TAG);
      project.replace(
          "settings.xml",
          """
          <settings><servers><server>
            <id>%s</id><username>%s</username><password>%s</password>
          </server></servers></settings>
          """
              .formatted(registry.address(), RegistryServer.USER, RegistryServer.PASSWORD));
      Result push =
          push(project, registry.address())
              .with("sendCredentialsOverHttp", true)
              .withSettings(project.path().resolve("settings.xml"))
              .run()
              .failed();
      assertThat(push.output()).contains("a tag never gets a second content");
    }
  }

  /** Both are told that the tag is free; the gate sees to it. */
  @Test
  void ofTwoPushesAtTheSameTimeOneEndsWell() throws Exception {
    try (RegistryServer registry = RegistryServer.open();
        RegistryGate gate = RegistryGate.before(registry);
        ProjectCopy other = ProjectCopy.ofPackage()) {
      String pom = Files.readString(other.path().resolve("pom.xml"));
      other.replace("pom.xml", pom.replace("<description>", "<description>Another "));
      CompletableFuture<Result> first =
          CompletableFuture.supplyAsync(() -> push(project, gate.address()).run());
      CompletableFuture<Result> second =
          CompletableFuture.supplyAsync(() -> push(other, gate.address()).run());
      List<Result> outcomes = List.of(first.get(), second.get());

      assertThat(gate.met()).as("pushes that were told at once that the tag is free").isEqualTo(2);
      Result winner = outcomes.get(outcomes.get(0).exitCode() == 0 ? 0 : 1).succeeded();
      Result loser = outcomes.get(outcomes.get(0).exitCode() == 0 ? 1 : 0).failed();
      String digest = registry.digest(REPOSITORY, TAG);
      assertThat(winner.output()).contains("was free and is " + digest + " now");
      assertThat(loser.output())
          .contains("somebody else pushed at the same time", "found " + digest, "'7-test2'");
    }
  }

  /** The one binary in the repository: it says where Jib finds the compiled classes. */
  @Test
  void theBinaryInTheRepositoryHoldsNothingButAClassPath() throws IOException {
    Path file = Project.DIRECTORY.resolve(".mvn/jib-extensions.jar");
    try (JarFile jar = new JarFile(file.toFile())) {
      assertThat(jar.stream().map(Object::toString)).containsExactly("META-INF/MANIFEST.MF");
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.keySet())
          .containsExactlyInAnyOrder(Attributes.Name.MANIFEST_VERSION, Attributes.Name.CLASS_PATH);
      assertThat(manifest.get(Attributes.Name.CLASS_PATH)).isEqualTo("../target/classes/");
    }
    assertThat(Files.size(file)).as("nothing between the entries either").isLessThan(200);
  }

  private static MavenRun push(ProjectCopy project, String registry) {
    return project
        .maven("jib:build")
        .online()
        .with("image.repository", registry + "/" + REPOSITORY)
        .with("image.tag", TAG)
        .with("jib.allowInsecureRegistries", true);
  }
}
