package io.github.ldamasio.rbs.build.layers;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.LayerObject;
import com.google.cloud.tools.jib.maven.extension.JibMavenPluginExtension;
import com.google.cloud.tools.jib.maven.extension.MavenData;
import com.google.cloud.tools.jib.plugins.extension.ExtensionLogger;
import com.google.cloud.tools.jib.plugins.extension.JibPluginExtensionException;
import io.github.ldamasio.rbs.inventory.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.model.Dependency;

/**
 * Gives each wheel a layer of its own with its byte code, and the JARs of each groupId, and puts
 * the project's JAR among Spark's. All else keeps Jib's layers, one for each extra directory. One
 * more has the home directory of the base's user, which the official base does not have.
 *
 * <p>Properties: {@code leftOut}, the list of what goes into no layer; {@code sitePackages}, where
 * the image has the Python packages; {@code packages}, the directory that pip installed them to.
 */
public final class LayerExtension implements JibMavenPluginExtension<Void> {
  private static final Path JARS = Path.of("/opt/spark/jars");
  private static final AbsoluteUnixPath HOME = AbsoluteUnixPath.get("/home/spark");
  private static final String OWNER = "185:185";

  /** Where Jib puts the project's JAR. */
  private static final Path OWN_JAR = Path.of("/opt/rbs-spark/classpath");

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
      LeftOut leftOut =
          LeftOut.read(Path.of(properties.get("leftOut")), Path.of(properties.get("sitePackages")));
      Map<Path, String> wheels = wheels(Path.of(properties.get("packages")));
      Map<String, String> groups = groups(maven);
      Map<String, FileEntriesLayer.Builder> layers = new LinkedHashMap<>();
      int number = 0;
      for (LayerObject layer : plan.getLayers()) {
        number++;
        for (FileEntry entry : ((FileEntriesLayer) layer).getEntries()) {
          Path path = Path.of(entry.getExtractionPath().toString());
          // A directory of its own is not needed: Jib adds the parents of each file.
          if (leftOut.matches(path)
              || leftOut.matches(source(path))
              || Files.isDirectory(entry.getSourceFile())) {
            continue;
          }
          String name = wheels.get(source(entry.getSourceFile()));
          if (name == null && JARS.equals(path.getParent())) {
            name = groups.get(path.getFileName().toString());
          }
          if (name == null) {
            name = layer.getName() + " " + number;
          }
          layers
              .computeIfAbsent(name, key -> FileEntriesLayer.builder().setName(key))
              .addEntry(OWN_JAR.equals(path.getParent()) ? besideSparks(entry) : entry);
        }
      }
      ContainerBuildPlan.Builder changed = plan.toBuilder().setLayers(List.of());
      layers.values().forEach(layer -> changed.addLayer(layer.build()));
      return changed.addLayer(home(maven)).build();
    } catch (IOException | IllegalStateException e) {
      throw new JibPluginExtensionException(getClass(), "layers: " + e.getMessage(), e);
    }
  }

  /** The source is any directory there is: it tells Jib that the entry is a directory. */
  private static FileEntriesLayer home(MavenData maven) {
    Path some = maven.getMavenProject().getBasedir().toPath().resolve("src");
    return FileEntriesLayer.builder()
        .setName("home")
        .addEntry(
            new FileEntry(
                some,
                HOME,
                FilePermissions.DEFAULT_FOLDER_PERMISSIONS,
                FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                OWNER))
        .build();
  }

  /** The project's JAR among Spark's, so that it is on each of Spark's class paths. */
  private static FileEntry besideSparks(FileEntry jar) {
    return new FileEntry(
        jar.getSourceFile(),
        AbsoluteUnixPath.fromPath(JARS.resolve(jar.getSourceFile().getFileName())),
        jar.getPermissions(),
        jar.getModificationTime());
  }

  /** Which distribution each file belongs to. */
  private static Map<Path, String> wheels(Path packages) throws IOException {
    Map<Path, String> owners = new HashMap<>();
    for (Distribution distribution : Distribution.in(packages)) {
      for (Path file : distribution.files().keySet()) {
        String other = owners.put(file, distribution.name());
        if (other != null) {
          throw new IllegalStateException(
              "file '"
                  + file
                  + "': expected one distribution to bring it, found "
                  + other
                  + " and "
                  + distribution.name());
        }
      }
    }
    return owners;
  }

  /** The source of byte code, with which it shares a layer; any other file itself. */
  private static Path source(Path file) {
    Path directory = file.getParent();
    return directory.endsWith("__pycache__")
        ? directory.resolveSibling(file.getFileName().toString().replaceFirst("\\..*", ".py"))
        : file;
  }

  private static Map<String, String> groups(MavenData maven) {
    Map<String, String> groups = new HashMap<>();
    for (Dependency jar : maven.getMavenProject().getDependencies()) {
      groups.put(jar.getArtifactId() + "-" + jar.getVersion() + ".jar", jar.getGroupId());
    }
    return groups;
  }
}
