package io.github.ldamasio.rbs.build.phase;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final Path DEFAULTS = Path.of("jib/opt/rbs-spark/defaults");

  private final Model model;
  private final List<Pin> pins;
  private final Defaults defaults = new Defaults();

  private Phase(Path project, Model model) throws IOException {
    this.model = model;
    List<Pin> all = new ArrayList<>();
    model.getDependencies().stream()
        .filter(jar -> jar.getScope().equals("compile"))
        .map(jar -> Pin.jar(jar.getGroupId(), jar.getArtifactId(), jar.getVersion()))
        .forEach(all::add);
    WHEEL
        .matcher(Files.readString(project.resolve(property("image.python.lock"))))
        .results()
        .map(line -> Pin.wheel(line.group(1), line.group(2)))
        .forEach(all::add);
    pins = List.copyOf(all);
    Path main = project.resolve("src/main");
    defaults.read(main.resolve(DEFAULTS));
    for (String overlay : property("image.phase.overlays").split(",")) {
      defaults.read(main.resolve(overlay).resolve(DEFAULTS));
    }
  }

  /**
   * The phases of {@code pom.xml} in its order: each profile whose name is what the property {@code
   * image.phase} is in it.
   *
   * @throws IllegalStateException if Maven cannot read the POM
   */
  public static List<Phase> all(Path project) throws IOException {
    ModelBuilder builder = new DefaultModelBuilderFactory().newInstance();
    Model pom = build(builder, project, List.of()).getRawModel();
    String standard = pom.getProperties().getProperty("image.phase");
    List<Phase> phases = new ArrayList<>();
    for (Profile profile : pom.getProfiles()) {
      if (profile.getId().equals(profile.getProperties().getProperty("image.phase", standard))) {
        phases.add(
            new Phase(
                project, build(builder, project, List.of(profile.getId())).getEffectiveModel()));
      }
    }
    return List.copyOf(phases);
  }

  /** As in the tag: {@code phase0}. */
  public String name() {
    return property("image.phase");
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

  /** The environment that the image adds to its base's. */
  public Map<String, String> environment() {
    return Arrays.stream(property("jib.container.environment").split(","))
        .map(variable -> variable.split("=", 2))
        .collect(
            toMap(words -> words[0], words -> words[1], (old, later) -> later, LinkedHashMap::new));
  }

  /** Hadoop's settings in {@code /opt/rbs-spark/defaults}. */
  public Map<String, String> hadoopDefaults() {
    return defaults.hadoop();
  }

  /** The system properties of a driver in {@code /opt/rbs-spark/defaults}, Spark's among them. */
  public Map<String, String> driverProperties() {
    return defaults.properties();
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
