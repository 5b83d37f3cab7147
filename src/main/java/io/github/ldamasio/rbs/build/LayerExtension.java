package io.github.ldamasio.rbs.build;

import static java.util.stream.Collectors.toList;

import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.LayerObject;
import com.google.cloud.tools.jib.maven.extension.JibMavenPluginExtension;
import com.google.cloud.tools.jib.maven.extension.MavenData;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger;
import com.google.cloud.tools.jib.plugins.extension.JibPluginExtensionException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.model.Dependency;

/**
 * Gives each wheel a layer of its own, and the JARs of each group; a bump then sends no other one
 * again. All else keeps its layer.
 *
 * <p>Property: {@code leftOut}, globs of what goes into no layer, with spaces.
 */
public final class LayerExtension implements JibMavenPluginExtension<Void> {
  private static final Path JARS = Path.of("/opt/spark/jars");

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
    List<PathMatcher> leftOut =
        Stream.of(properties.get("leftOut").split(" "))
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
            .collect(toList());
    Map<String, FileEntriesLayer.Builder> layers = new LinkedHashMap<>();
    int number = 0;
    try {
      Map<Path, String> owners = new LinkedHashMap<>();
      for (LayerObject layer : plan.getLayers()) {
        for (FileEntry entry : ((FileEntriesLayer) layer).getEntries()) {
          owners.putAll(Wheels.owners(entry.getSourceFile()));
        }
      }
      for (LayerObject layer : plan.getLayers()) {
        number++;
        for (FileEntry entry : ((FileEntriesLayer) layer).getEntries()) {
          Path path = Path.of(entry.getExtractionPath().toString());
          // Jib adds each parent directory itself.
          if (leftOut.stream().anyMatch(glob -> glob.matches(path)) || Files.isDirectory(entry.getSourceFile())) {
            continue;
          }
          String name = layer.getName() + " " + number;
          if (JARS.equals(path.getParent())) {
            name = group(maven, path.getFileName().toString());
          }
          name = owners.getOrDefault(entry.getSourceFile(), name);
          layers
              .computeIfAbsent(name, key -> FileEntriesLayer.builder().setName(key))
              .addEntry(entry);
        }
      }
    } catch (IOException e) {
      throw new JibPluginExtensionException(getClass(), "layers: " + e.getMessage(), e);
    }
    ContainerBuildPlan.Builder changed = plan.toBuilder();
    changed.setLayers(List.of());
    layers.values().forEach(layer -> changed.addLayer(layer.build()));
    return changed.build();
  }

  private static String group(MavenData maven, String jar) {
    return maven.getMavenProject().getDependencies().stream()
        .filter(dependency -> jar.equals(fileName(dependency)))
        .map(Dependency::getGroupId)
        .findFirst()
        .orElse(jar);
  }

  private static String fileName(Dependency dependency) {
    return dependency.getArtifactId() + "-" + dependency.getVersion() + ".jar";
  }
}
