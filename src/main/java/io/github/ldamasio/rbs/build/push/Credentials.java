package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.maven.extension.MavenData;
import com.google.cloud.tools.jib.plugins.common.DefaultCredentialRetrievers;
import java.io.FileNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.codehaus.plexus.component.repository.exception.ComponentLookupException;

/** Where Jib takes credentials from, in its order: the command line, Maven, Docker. */
final class Credentials {
  private Credentials() {}

  /** What to ask for the credentials of this image's registry. */
  static List<CredentialRetriever> of(ImageReference target, Properties user, MavenData maven) {
    DefaultCredentialRetrievers retrievers =
        DefaultCredentialRetrievers.init(CredentialRetrieverFactory.forImage(target, event -> {}));
    String name = user.getProperty("jib.to.auth.username");
    String password = user.getProperty("jib.to.auth.password");
    if (name != null && password != null) {
      retrievers.setKnownCredential(Credential.from(name, password), "the command line");
    }
    server(target.getRegistry(), maven.getMavenSession())
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

  /** The server of this name, with its port or without. */
  private static Optional<Server> server(String registry, MavenSession session) {
    return Stream.of(registry, registry.replaceFirst(":\\d+$", ""))
        .map(session.getSettings()::getServer)
        .filter(server -> server != null && server.getUsername() != null)
        .findFirst()
        .map(server -> decrypted(server, session));
  }

  // A Jib extension is made by the service loader: nothing is injected into it.
  @SuppressWarnings("deprecation")
  private static Server decrypted(Server server, MavenSession session) {
    try {
      return session
          .getContainer()
          .lookup(SettingsDecrypter.class)
          .decrypt(new DefaultSettingsDecryptionRequest(server))
          .getServer();
    } catch (ComponentLookupException e) {
      throw new IllegalStateException("Each Maven has a decrypter of settings.", e);
    }
  }
}
