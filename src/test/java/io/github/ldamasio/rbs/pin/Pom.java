package io.github.ldamasio.rbs.pin;

import java.util.List;
import java.util.Optional;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * {@code pom.xml} as Maven itself reads it for the phase that is built and the base that is there.
 */
public final class Pom {
  private static final Pom POM = new Pom();

  private final Model model;

  private Pom() {
    ModelBuildingRequest request =
        new DefaultModelBuildingRequest()
            .setPomFile(Project.DIRECTORY.resolve("pom.xml").toFile())
            .setActiveProfileIds(List.of(Project.property("image.phase")))
            .setUserProperties(System.getProperties())
            .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
    try {
      model = new DefaultModelBuilderFactory().newInstance().build(request).getEffectiveModel();
    } catch (ModelBuildingException e) {
      throw new IllegalStateException("pom.xml: " + e.getMessage(), e);
    }
  }

  /** The POM of this project. */
  public static Pom read() {
    return POM;
  }

  /**
   * The value of a property.
   *
   * @throws IllegalStateException if there is none
   */
  public String property(String name) {
    return Optional.ofNullable(System.getProperty(name, model.getProperties().getProperty(name)))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "property '%s': expected it in pom.xml, found none; add it there."
                        .formatted(name)));
  }

  /** The dependencies of this scope; those of the image have Maven's own, which is compile. */
  public List<Dependency> dependencies(String scope) {
    return model.getDependencies().stream()
        .filter(dependency -> scope.equals(dependency.getScope()))
        .toList();
  }

  /** The configuration of a plugin. */
  public Xpp3Dom configuration(String plugin) {
    return (Xpp3Dom) model.getBuild().getPluginsAsMap().get(plugin).getConfiguration();
  }
}
