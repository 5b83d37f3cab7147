package io.github.ldamasio.rbs.build.phase;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.maven.model.Model;
import org.apache.maven.model.Profile;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.ModelBuilder;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.model.building.ModelBuildingResult;

/**
 * A phase: the POM with the profile of that name, whatever phase is built. Properties of the
 * command line are left out, so that what is derived from a phase depends on the repository only.
 */
public final class Phase {
  private static final Pattern WHEEL = Pattern.compile("(?m)^([A-Za-z0-9._-]+)==([^ \\\\;]+)");

  private final Model model;
  private final List<Pin> pins;

  private Phase(Path project, Model model) throws IOException {
    this.model = model;
    List<Pin> all = new ArrayList<>();
    model.getDependencies().stream()
        .filter(jar -> jar.getScope().equals("compile"))
        .map(jar -> Pin.jar(jar.getGroupId(), jar.getArtifactId(), jar.getVersion()))
        .forEach(all::add);
    WHEEL
        .matcher(Files.readString(project.resolve(property("python.lock"))))
        .results()
        .map(line -> Pin.wheel(line.group(1), line.group(2)))
        .forEach(all::add);
    pins = List.copyOf(all);
  }

  /**
   * The phases of {@code pom.xml} in its order: each profile with the name that the property {@code
   * phase} has in it.
   *
   * @throws IllegalStateException if Maven cannot read the POM
   */
  public static List<Phase> all(Path project) throws IOException {
    ModelBuilder builder = new DefaultModelBuilderFactory().newInstance();
    Model pom = build(builder, project, List.of()).getRawModel();
    String standard = pom.getProperties().getProperty("phase");
    List<Phase> phases = new ArrayList<>();
    for (Profile profile : pom.getProfiles()) {
      if (profile.getId().equals(profile.getProperties().getProperty("phase", standard))) {
        phases.add(
            new Phase(
                project, build(builder, project, List.of(profile.getId())).getEffectiveModel()));
      }
    }
    return List.copyOf(phases);
  }

  /** As in the tag: {@code phase0}. */
  public String name() {
    return property("phase");
  }

  /**
   * The value of a property of the POM.
   *
   * @throws IllegalStateException if there is none
   */
  public String property(String property) {
    return Optional.ofNullable(model.getProperties().getProperty(property))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "property '" + property + "': expected it in pom.xml, found none; add it"));
  }

  /** The page of the project's source code. */
  public String sourceUrl() {
    return model.getScm().getUrl();
  }

  /** The JARs in the order of the POM, then the wheels in the order of the lock. */
  public List<Pin> pins() {
    return pins;
  }

  /** The pin of this name, if this phase has one. */
  public Optional<Pin> pin(String name) {
    return pins.stream().filter(pin -> pin.name().equals(name)).findFirst();
  }

  private static ModelBuildingResult build(
      ModelBuilder builder, Path project, List<String> profiles) {
    try {
      return builder.build(
          new DefaultModelBuildingRequest()
              .setPomFile(project.resolve("pom.xml").toFile())
              .setActiveProfileIds(profiles)
              .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL));
    } catch (ModelBuildingException e) {
      throw new IllegalStateException("pom.xml: " + e.getMessage(), e);
    }
  }
}
