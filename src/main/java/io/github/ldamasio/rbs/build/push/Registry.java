package io.github.ldamasio.rbs.build.push;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.global.JibSystemProperties;
import com.google.cloud.tools.jib.hash.Digests;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.registry.RegistryClient;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One repository of a registry, with the credentials that Jib would use. */
final class Registry {
  private static final int NOT_FOUND = 404;

  private final ImageReference target;
  private final boolean insecure;
  private final List<CredentialRetriever> credentials;
  private final RegistryClient client;

  /**
   * Authenticates to the repository of this image, as Jib does for a push.
   *
   * @param insecure whether HTTP will do, or TLS with any certificate
   * @throws PushRefusedException if the registry does not answer or does not accept the credentials
   */
  Registry(ImageReference target, boolean insecure, List<CredentialRetriever> credentials) {
    this.target = target;
    this.insecure = insecure;
    this.credentials = credentials;
    client = connect();
  }

  /** Whether HTTP will do, or TLS with any certificate. */
  boolean isInsecureAllowed() {
    return insecure;
  }

  /** An image of this repository, to push to. */
  RegistryImage image(ImageReference name) {
    RegistryImage image = RegistryImage.named(name);
    credentials.forEach(image::addCredentialRetriever);
    return image;
  }

  /**
   * The digest that a tag points to, or nothing if the registry says that there is no such tag.
   *
   * @throws PushRefusedException if the registry answers anything else, or nothing
   */
  Optional<String> digest(String tag) {
    try {
      return client.checkManifest(tag).map(found -> found.getDigest().toString());
    } catch (IOException | RegistryException e) {
      if (isUnknownRepository(e)) {
        return Optional.empty();
      }
      throw new PushRefusedException(
          "tag '"
              + target.withQualifier(tag)
              + "': expected the registry to say what it holds, found "
              + reason(e)
              + "; push again when it does",
          e);
    }
  }

  /** The manifest that the repository has under this digest. */
  ManifestTemplate manifest(String digest) {
    try {
      ManifestTemplate manifest = client.pullManifest(digest).getManifest();
      String found = Digests.computeDigest(manifest).getDigest().toString();
      if (!found.equals(digest)) {
        throw new PushRefusedException(
            "manifest '" + digest + "': expected these bytes, found " + found);
      }
      return manifest;
    } catch (IOException | RegistryException e) {
      throw new PushRefusedException(
          "manifest '"
              + digest
              + "': expected the registry to have it, found "
              + reason(e)
              + "; push again",
          e);
    }
  }

  /** Points a tag to this manifest, which is that of the digest. */
  void tag(ManifestTemplate manifest, String digest, String tag) {
    try {
      client.pushManifest(manifest, tag);
    } catch (IOException | RegistryException e) {
      throw new PushRefusedException(
          "tag '"
              + target.withQualifier(tag)
              + "': expected the registry to set it to "
              + digest
              + ", found "
              + reason(e)
              + "; push again",
          e);
    }
  }

  /** The type of the first cause and the first line of its message. */
  static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + ": " + message;
  }

  /** As Jib authenticates a push. */
  private RegistryClient connect() {
    try {
      Optional<Credential> credential = credential();
      RegistryClient connected =
          RegistryClient.factory(
                  EventHandlers.NONE,
                  target.getRegistry(),
                  target.getRepository(),
                  new FailoverHttpClient(
                      insecure, JibSystemProperties.sendCredentialsOverHttp(), event -> {}))
              .setCredential(credential.orElse(null))
              .newRegistryClient();
      if (!connected.doPushBearerAuth() && credential.isPresent()) {
        connected.configureBasicAuth();
      }
      return connected;
    } catch (IOException | RegistryException | CredentialRetrievalException e) {
      throw new PushRefusedException(
          "registry '"
              + target.getRegistry()
              + "': expected to be let in, found "
              + reason(e)
              + "; check its address and your credentials",
          e);
    }
  }

  private Optional<Credential> credential() throws CredentialRetrievalException {
    for (CredentialRetriever retriever : credentials) {
      Optional<Credential> credential = retriever.retrieve();
      if (credential.isPresent()) {
        return credential;
      }
    }
    return Optional.empty();
  }

  /** Before its first push a repository does not exist. */
  private static boolean isUnknownRepository(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ResponseException) {
        ResponseException response = (ResponseException) cause;
        return response.getStatusCode() == NOT_FOUND
            && response.getContent() != null
            && response.getContent().contains("NAME_UNKNOWN");
      }
    }
    return false;
  }
}
