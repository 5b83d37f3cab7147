package io.github.ldamasio.rbs.build.sbom;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.LayerObject;
import com.google.cloud.tools.jib.maven.extension.JibMavenPluginExtension;
import com.google.cloud.tools.jib.maven.extension.MavenData;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger;
import com.google.cloud.tools.jib.plugins.extension.JibPluginExtensionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cyclonedx.model.Component;

/**
 * Writes the image's SBOM from what Jib is about to put into the image, and adds it as a layer.
 * Nothing is listed by hand: another file in the image is another component.
 *
 * <p>Properties: {@code base}, as the POM names it; {@code image}, {@code tag} and {@code
 * timestamp} of the build; {@code sitePackages}, where the wheels lie in the image; {@code wheels},
 * the directory of their archives; {@code output}, the file to write; {@code path}, where it lies
 * in the image.
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
      Sbom sbom =
          new Sbom(
              properties.get("image"),
              properties.get("tag"),
              Instant.parse(properties.get("timestamp")));
      JarReader jars = new JarReader(new MavenProjects(maven));
      sbom.addBase(BaseImage.read(properties.get("base"), jars));
      sbom.addAll(added(plan, properties, jars));
      Path output = Path.of(properties.get("output"));
      Files.createDirectories(output.getParent());
      Files.write(output, sbom.json());
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
