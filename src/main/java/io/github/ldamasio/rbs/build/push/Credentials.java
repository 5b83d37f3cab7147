package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.plugins.common.DefaultCredentialRetrievers;
import java.io.FileNotFoundException;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/** Where Jib takes credentials from, in its order: the command line, Maven, Docker. */
final class Credentials {
  private Credentials() {}

  /**
   * What to ask, one after the other, for the credentials of this image's registry.
   *
   * @throws PushRefusedException if {@code -Djib.to.credHelper} names no credential helper
   */
  static List<CredentialRetriever> of(
      ImageReference target, Properties user, Settings settings, SettingsDecrypter decrypter) {
    DefaultCredentialRetrievers retrievers =
        DefaultCredentialRetrievers.init(CredentialRetrieverFactory.forImage(target, event -> {}));
    String name = user.getProperty("jib.to.auth.username");
    String password = user.getProperty("jib.to.auth.password");
    if (name != null && password != null) {
      retrievers.setKnownCredential(Credential.from(name, password), "the command line");
    }
    // The server has the registry's name, with its port or without.
    String registry = target.getRegistry();
    Stream.of(registry, registry.replaceFirst(":\\d+$", ""))
        .map(settings::getServer)
        .filter(server -> server != null && server.getUsername() != null)
        .findFirst()
        .map(server -> decrypter.decrypt(new DefaultSettingsDecryptionRequest(server)).getServer())
        .ifPresent(
            server ->
                retrievers.setInferredCredential(
                    Credential.from(server.getUsername(), server.getPassword()),
                    "Maven's settings"));
    retrievers.setCredentialHelper(user.getProperty("jib.to.credHelper"));
    try {
      return retrievers.asList();
    } catch (FileNotFoundException e) {
      throw new PushRefusedException(e.getMessage(), e);
    }
  }
}
