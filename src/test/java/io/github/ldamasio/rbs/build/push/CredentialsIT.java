package io.github.ldamasio.rbs.build.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import io.github.ldamasio.rbs.server.RegistryServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Properties;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.RestoreSystemProperties;
import org.junit.jupiter.api.util.SetSystemProperty;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

/** What opens a real registry that only one user may use. */
@RestoreSystemProperties
@SetSystemProperty(key = "sendCredentialsOverHttp", value = "true")
class CredentialsIT {
  private static RegistryServer registry;
  private final Properties user = new Properties();
  private final Settings settings = new Settings();
  @TempDir private Path home;

  @BeforeAll
  static void startTheRegistry() {
    registry = RegistryServer.withAuthentication();
  }

  @AfterAll
  static void endTheRegistry() {
    registry.close();
  }

  @Test
  void withoutCredentialsTheRegistryIsNamedWithItsAnswer() {
    assertThatThrownBy(this::ask)
        .isInstanceOf(PushRefusedException.class)
        .hasMessageContainingAll(registry.address(), "401 Unauthorized");
  }

  @Test
  void theCommandLineGivesCredentials() {
    user.setProperty("jib.to.auth.username", RegistryServer.USER);
    user.setProperty("jib.to.auth.password", RegistryServer.PASSWORD);
    assertThatCode(this::ask).doesNotThrowAnyException();
  }

  @Test
  void mavensSettingsGiveCredentials() {
    settings.addServer(server(registry.address(), RegistryServer.PASSWORD));
    assertThatCode(this::ask).doesNotThrowAnyException();
  }

  /** As {@code mvn --encrypt-master-password} and {@code mvn --encrypt-password} prepare them. */
  @Test
  void mavensSettingsGiveEncryptedCredentialsOfAHost() throws Exception {
    DefaultPlexusCipher cipher = new DefaultPlexusCipher();
    Path security =
        Files.writeString(
            home.resolve("settings-security.xml"),
            "<settingsSecurity><master>%s</master></settingsSecurity>"
                .formatted(cipher.encryptAndDecorate("master", "settings.security")));
    System.setProperty("settings.security", security.toString());
    settings.addServer(
        server("localhost", cipher.encryptAndDecorate(RegistryServer.PASSWORD, "master")));
    assertThatCode(this::ask).doesNotThrowAnyException();
  }

  @Test
  void dockersConfigurationGivesCredentials() throws IOException {
    System.setProperty("user.home", home.toString());
    String auth = RegistryServer.USER + ":" + RegistryServer.PASSWORD;
    Path directory = Files.createDirectory(home.resolve(".docker"));
    Files.writeString(
        directory.resolve("config.json"),
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
            .formatted(
                registry.address(),
                Base64.getEncoder().encodeToString(auth.getBytes(StandardCharsets.US_ASCII))));
    assertThatCode(this::ask).doesNotThrowAnyException();
  }

  @Test
  void aCredentialHelperGivesCredentials() throws IOException {
    Path helper =
        Files.writeString(
            home.resolve("docker-credential-test"),
            "#!/bin/sh\ncat >/dev/null\necho '{\"Username\": \"%s\", \"Secret\": \"%s\"}'\n"
                .formatted(RegistryServer.USER, RegistryServer.PASSWORD));
    assertThat(helper.toFile().setExecutable(true)).isTrue();
    user.setProperty("jib.to.credHelper", helper.toString());
    assertThatCode(this::ask).doesNotThrowAnyException();
  }

  @Test
  void aMissingCredentialHelperIsNamed() {
    user.setProperty("jib.to.credHelper", home.resolve("docker-credential-none").toString());
    assertThatThrownBy(this::ask)
        .isInstanceOf(PushRefusedException.class)
        .hasMessageContaining("docker-credential-none");
  }

  /** Asks the registry for a tag that it does not have. */
  private void ask() throws InvalidImageReferenceException {
    ImageReference target = ImageReference.parse(registry.address() + "/rbs-spark:none");
    DefaultSettingsDecrypter decrypter =
        new DefaultSettingsDecrypter(new DefaultSecDispatcher(new DefaultPlexusCipher()));
    Registry open = new Registry(target, true, Credentials.of(target, user, settings, decrypter));
    assertThat(open.digest("none")).isEmpty();
  }

  private static Server server(String id, String password) {
    Server server = new Server();
    server.setId(id);
    server.setUsername(RegistryServer.USER);
    server.setPassword(password);
    return server;
  }
}
