package io.github.ldamasio.rbs.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.pin.Project;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** An image in the format of {@code docker save}, which Jib and the assembly of the base write. */
final class ImageTar implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final TarFile tar;
  private final JsonNode manifest;

  ImageTar(Path file) throws IOException {
    tar = new TarFile(file);
    manifest = new ObjectMapper().readTree(open("manifest.json")).path(0);
  }

  /** The tar that {@code mvn package} left. */
  static ImageTar ofThisBuild() throws IOException {
    return new ImageTar(Project.TARGET.resolve("jib-image.tar"));
  }

  /** The image's configuration. */
  Configuration configuration() throws IOException {
    return Configuration.parse(configurationJson());
  }

  /** The image's configuration, with what the audit does not look at. */
  JsonNode configurationJson() throws IOException {
    return new ObjectMapper().readTree(open(manifest.path("Config").asText()));
  }

  /** Reads the whole image, with its base. */
  BuiltImage read() throws IOException {
    Configuration configuration = configuration();
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < manifest.path("Layers").size(); i++) {
      try (InputStream layer = openLayer(i)) {
        layers.add(Layer.read(layer));
      }
    }
    int base = configuration.baseLayers();
    return new BuiltImage(
        configuration, Base.of(layers.subList(0, base)), layers.subList(base, layers.size()));
  }

  /** The uncompressed tar of a layer, the base's first. */
  InputStream openLayer(int index) throws IOException {
    String name = manifest.path("Layers").path(index).asText();
    return new GZIPInputStream(new BufferedInputStream(open(name), BUFFER), BUFFER);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private InputStream open(String name) throws IOException {
    for (TarArchiveEntry entry : tar.getEntries()) {
      if (entry.getName().equals(name)) {
        return tar.getInputStream(entry);
      }
    }
    throw new IOException(
        "entry '%s': expected it in the image's tar, found none; run 'mvn package'."
            .formatted(name));
  }
}
