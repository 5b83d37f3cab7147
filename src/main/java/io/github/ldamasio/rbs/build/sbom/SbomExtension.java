package io.github.ldamasio.rbs.build.sbom;

import static java.util.stream.Collectors.joining;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.LayerObject;
import com.google.cloud.tools.jib.maven.extension.JibMavenPluginExtension;
import com.google.cloud.tools.jib.maven.extension.MavenData;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger;
import com.google.cloud.tools.jib.plugins.extension.JibPluginExtensionException;
import io.github.ldamasio.rbs.build.file.Inputs;
import io.github.ldamasio.rbs.build.file.KeyedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.maven.model.Dependency;
import org.cyclonedx.model.Component;

/**
 * Writes the image's SBOM from what Jib is about to put into the image, and adds it as a layer.
 * Nothing is listed by hand: another file in the image is another component.
 *
 * <p>Properties: {@code base}, as the POM names it; {@code name}, {@code tag} and {@code timestamp}
 * of the build; {@code sitePackages}, where the wheels lie in the image; {@code wheels}, the
 * directory of their archives; {@code output}, the file to write; {@code path}, where it lies in
 * the image.
 */
public final class SbomExtension implements JibMavenPluginExtension<Void> {

  @Override
  public Optional<Class<Void>> getExtraConfigType() {
    return Optional.empty();
  }

  @Override
  public ContainerBuildPlan extendContainerBuildPlan(
      ContainerBuildPlan plan,
      Map<String, String> properties,
      Optional<Void> extraConfig,
      MavenData maven,
      ExtensionLogger logger)
      throws JibPluginExtensionException {
    try {
      Path output = Path.of(properties.get("output"));
      KeyedFile sbom = new KeyedFile(output, key(plan, properties, maven));
      // A push after 'mvn package' lists the same files again.
      if (!sbom.isCurrent()) {
        sbom.write(sbom(plan, properties, maven));
      }
      return plan.toBuilder()
          .addLayer(
              FileEntriesLayer.builder()
                  .setName("sbom")
                  .addEntry(output, AbsoluteUnixPath.get(properties.get("path")))
                  .build())
          .build();
    } catch (IOException | IllegalStateException e) {
      throw new JibPluginExtensionException(getClass(), "SBOM: " + e.getMessage(), e);
    }
  }

  private static byte[] sbom(
      ContainerBuildPlan plan, Map<String, String> properties, MavenData maven) throws IOException {
    Sbom sbom =
        new Sbom(
            properties.get("name"),
            properties.get("tag"),
            Instant.parse(properties.get("timestamp")));
    JarReader jars = new JarReader(new MavenProjects(maven));
    BaseCache cache =
        new BaseCache(
            Path.of(properties.get("output")).resolveSibling("sbom-base.json"), baseKey(maven));
    sbom.addBase(cache.get(properties.get("base"), jars));
    sbom.addAll(added(plan, properties, jars));
    return sbom.json();
  }

  /** What the SBOM depends on: the settings, the base, and size and time of each file. */
  private static String key(
      ContainerBuildPlan plan, Map<String, String> properties, MavenData maven) throws IOException {
    Inputs inputs =
        baseKey(maven)
            .withBase(properties.get("base"))
            .with("settings", new TreeMap<>(properties).toString());
    for (LayerObject layer : plan.getLayers()) {
      for (FileEntry entry : ((FileEntriesLayer) layer).getEntries()) {
        inputs.with(entry.getExtractionPath().toString(), entry.getSourceFile().toString());
        inputs.withTimes(entry.getSourceFile());
      }
    }
    return inputs.key();
  }

  /**
   * What the list of the base depends on beside the base: what Maven knows of its JARs, and this
   * code.
   */
  private static Inputs baseKey(MavenData maven) throws IOException {
    Path project = maven.getMavenProject().getBasedir().toPath();
    return new Inputs(project)
        .with(
            "provided",
            maven.getMavenProject().getDependencies().stream()
                .filter(dependency -> "provided".equals(dependency.getScope()))
                .map(Dependency::toString)
                .sorted()
                .collect(joining(" ")))
        .withContent(project.resolve("target/classes/io/github/ldamasio/rbs/build/sbom"));
  }

  private static List<Component> added(
      ContainerBuildPlan plan, Map<String, String> properties, JarReader jars) throws IOException {
    WheelReader wheels =
        new WheelReader(properties.get("sitePackages"), Path.of(properties.get("wheels")));
    List<Component> components = new ArrayList<>();
    for (LayerObject layer : plan.getLayers()) {
      for (FileEntry entry : ((FileEntriesLayer) layer).getEntries()) {
        Path source = entry.getSourceFile();
        String path = entry.getExtractionPath().toString();
        if (Files.isDirectory(source)) {
          continue;
        }
        if (wheels.owns(path)) {
          wheels.read(source, path).ifPresent(components::add);
        } else if (path.endsWith(".jar")) {
          components.add(jars.read(path, Files.readAllBytes(source)));
        } else {
          components.add(Components.file(path, Files.readAllBytes(source)));
        }
      }
    }
    return components;
  }
}
