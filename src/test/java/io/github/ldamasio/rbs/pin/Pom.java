package io.github.ldamasio.rbs.pin;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.model.ActivationFile;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.ModelBase;
import org.apache.maven.model.PluginContainer;
import org.apache.maven.model.Profile;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;

/**
 * {@code pom.xml} with the profiles of the phase that is built and of the base that is present, as
 * Maven reads it: a value given to this build comes before the profile's, and that before the POM's
 * own.
 */
public final class Pom {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]+)}");

  private final Model model;
  private final Map<String, String> values = new HashMap<>();
  private final List<Profile> profiles;

  private Pom(Model model) {
    this.model = model;
    add(model.getProperties());
    values.put("basedir", Project.DIRECTORY.toString());
    values.put("project.basedir", Project.DIRECTORY.toString());
    values.put("project.build.directory", Project.TARGET.toString());
    values.put("project.name", model.getName());
    values.put("project.description", model.getDescription());
    values.put("project.scm.url", model.getScm().getUrl());
    profiles = model.getProfiles().stream().filter(this::isActive).toList();
    profiles.forEach(profile -> add(profile.getProperties()));
    values.replaceAll((name, value) -> System.getProperty(name, value));
  }

  /**
   * Reads the POM of this project.
   *
   * @throws IllegalStateException if it is not a POM
   */
  public static Pom read() {
    try (Reader reader = Files.newBufferedReader(Project.DIRECTORY.resolve("pom.xml"))) {
      return new Pom(new MavenXpp3Reader().read(reader));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (XmlPullParserException e) {
      throw new IllegalStateException("pom.xml is not readable: " + e.getMessage(), e);
    }
  }

  /**
   * The value of a property.
   *
   * @throws IllegalStateException if there is none
   */
  public String property(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "property '%s': expected it in pom.xml, found none; add it there.".formatted(name));
    }
    return interpolate(value);
  }

  /** This text with each reference to a property replaced by its value. */
  public String interpolate(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(reference -> Matcher.quoteReplacement(property(reference.group(1))));
  }

  /** Whether there is a property of this name. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** The dependencies of scope {@code provided}, in the order of the POM, with their real names. */
  public List<Dependency> provided() {
    Stream<ModelBase> models = Stream.concat(Stream.of(model), profiles.stream());
    return models
        .flatMap(some -> some.getDependencies().stream())
        .filter(dependency -> "provided".equals(dependency.getScope()))
        .map(this::interpolated)
        .toList();
  }

  /** The parts of a plugin's configuration: the POM's own, then that of each active profile. */
  public List<Xpp3Dom> configurations(String plugin) {
    Stream<PluginContainer> builds =
        Stream.concat(Stream.of(model.getBuild()), profiles.stream().map(Profile::getBuild));
    return builds
        .flatMap(Stream::ofNullable)
        .flatMap(build -> Stream.ofNullable(build.getPluginsAsMap().get(plugin)))
        .flatMap(found -> Stream.ofNullable((Xpp3Dom) found.getConfiguration()))
        .toList();
  }

  private Dependency interpolated(Dependency dependency) {
    Dependency named = dependency.clone();
    named.setArtifactId(interpolate(dependency.getArtifactId()));
    named.setVersion(interpolate(dependency.getVersion()));
    return named;
  }

  /**
   * The profile of a phase has the phase's name, those of the bases are activated by a file, and no
   * other way is known here.
   */
  private boolean isActive(Profile profile) {
    if (profile.getId().equals(Project.property("phase"))) {
      return true;
    }
    Optional<ActivationFile> file =
        Optional.ofNullable(profile.getActivation()).map(activation -> activation.getFile());
    return file.map(ActivationFile::getExists).filter(this::exists).isPresent()
        || file.map(ActivationFile::getMissing).filter(path -> !exists(path)).isPresent();
  }

  private boolean exists(String path) {
    return Files.exists(Path.of(interpolate(path)));
  }

  private void add(Properties properties) {
    properties
        .stringPropertyNames()
        .forEach(name -> values.put(name, properties.getProperty(name)));
  }
}
