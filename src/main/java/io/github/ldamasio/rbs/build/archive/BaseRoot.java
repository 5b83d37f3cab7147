package io.github.ldamasio.rbs.build.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.plugins.common.DefaultCredentialRetrievers;
import io.github.ldamasio.rbs.build.file.FileTrees;
import io.github.ldamasio.rbs.build.file.Inputs;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** The files of a base, which Jib and tar unpack: that needs neither an engine nor root. */
final class BaseRoot {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = WHITEOUT + WHITEOUT + ".opq";

  private BaseRoot() {}

  /**
   * Unpacks a base: all of it or nothing.
   *
   * @param base as Jib names it
   * @param root the directory to make
   * @param offline whether to ask no registry, as Jib does then
   */
  static void unpack(String base, Path root, boolean offline)
      throws IOException, InterruptedException {
    Path work = root.resolveSibling(root.getFileName() + ".part");
    FileTrees.delete(work);
    Path files = Files.createDirectories(work.resolve("root"));
    Path image = Files.createDirectories(work.resolve("image"));
    Path tar = work.resolve("image.tar");
    try {
      from(base).containerize(to(tar).setOfflineMode(offline));
    } catch (InvalidImageReferenceException
        | RegistryException
        | CacheDirectoryCreationException
        | ExecutionException e) {
      throw new IllegalStateException(
          "base '" + base + "': expected to be readable, found " + e.getMessage(), e);
    }
    Program.run(List.of("tar", "-xf", tar.toString(), "-C", image.toString()));
    Files.delete(tar);
    JsonNode manifest = new ObjectMapper().readTree(image.resolve("manifest.json").toFile());
    for (JsonNode layer : manifest.get(0).get("Layers")) {
      add(image.resolve(layer.asText()), files);
    }
    FileTrees.delete(image);
    Files.move(files, root);
    Files.delete(work);
  }

  /** Asks a registry with the credentials of Docker, as the plugin does. */
  private static JibContainerBuilder from(String base)
      throws InvalidImageReferenceException, FileNotFoundException {
    if (Inputs.baseFile(base).isPresent() || base.startsWith("docker://")) {
      return Jib.from(base);
    }
    ImageReference reference = ImageReference.parse(base);
    RegistryImage image = RegistryImage.named(reference);
    DefaultCredentialRetrievers.init(CredentialRetrieverFactory.forImage(reference, event -> {}))
        .asList()
        .forEach(image::addCredentialRetriever);
    return Jib.from(image);
  }

  /** With what a user may give the plugin on Maven's command line. */
  private static Containerizer to(Path tar) throws InvalidImageReferenceException {
    Containerizer target =
        Containerizer.to(TarImage.at(tar).named("base"))
            .setAllowInsecureRegistries(Boolean.getBoolean("jib.allowInsecureRegistries"));
    String cache = System.getProperty("jib.baseImageCache");
    return cache == null ? target : target.setBaseImageLayersCache(Path.of(cache));
  }

  /**
   * Adds a layer to those below it, whose files it may remove: a file {@code .wh.NAME} stands for
   * the removal of {@code NAME}
   * (https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts).
   */
  private static void add(Path layer, Path root) throws IOException, InterruptedException {
    String list = Program.run(List.of("tar", "-tf", layer.toString()));
    for (String name : list.split("\n")) {
      Path path = root.resolve(name).normalize();
      String last = path.getFileName().toString();
      if (last.equals(OPAQUE)) {
        FileTrees.delete(path.getParent());
      } else if (last.startsWith(WHITEOUT)) {
        FileTrees.delete(path.resolveSibling(last.substring(WHITEOUT.length())));
      }
    }
    Program.run(
        List.of(
            "tar",
            "-xf",
            layer.toString(),
            "-C",
            root.toString(),
            "--no-same-owner",
            "--exclude=" + WHITEOUT + "*",
            "--exclude=dev/*",
            "--exclude=./dev/*"));
  }
}
