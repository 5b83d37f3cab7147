package io.github.ldamasio.rbs.server;

import io.github.ldamasio.rbs.process.Keytool;
import io.github.ldamasio.rbs.process.TemporaryDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;

/**
 * A certificate authority that nobody knows, and the certificate that it has signed for servers
 * with these names. All files are gone when it is closed.
 */
public final class PrivateCa implements AutoCloseable {
  /** Of {@code server.p12}. */
  static final String PASSWORD = "of the keys";

  private final TemporaryDirectory directory = new TemporaryDirectory("private-ca-");

  /** Makes the keys and certificates. */
  public PrivateCa(String... names) throws IOException, GeneralSecurityException {
    keytool("ca", "-ext", "bc:c");
    keytool("server", "-signer", "ca", "-ext", "san=dns:" + String.join(",dns:", names));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file("keys.p12"))) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Certificate ca = keys.getCertificate("ca");
    Certificate server = keys.getCertificate("server");
    Key key = keys.getKey("server", PASSWORD.toCharArray());
    Files.createDirectory(file("tls"));
    Files.writeString(file("tls/server.crt"), pem("CERTIFICATE", server.getEncoded()));
    Files.writeString(file("tls/server.key"), pem("PRIVATE KEY", key.getEncoded()));
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("server", key, PASSWORD.toCharArray(), new Certificate[] {server, ca});
    try (OutputStream out = Files.newOutputStream(file("tls/server.p12"))) {
      own.store(out, PASSWORD.toCharArray());
    }
    writeConfigMap(pem("CERTIFICATE", ca.getEncoded()));
    Files.setPosixFilePermissions(directory.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** {@code ca.crt}, in a directory such as Kubernetes makes of a ConfigMap. */
  public Path configMap() {
    return file("config-map");
  }

  /** {@code server.crt}, {@code server.key} and {@code server.p12}. */
  Path tls() {
    return file("tls");
  }

  private void writeConfigMap(String certificate) throws IOException {
    Path data = Files.createDirectories(configMap().resolve("..2026_01_01"));
    Files.writeString(data.resolve("ca.crt"), certificate);
    Files.createSymbolicLink(configMap().resolve("..data"), data.getFileName());
    Files.createSymbolicLink(configMap().resolve("ca.crt"), Path.of("..data/ca.crt"));
  }

  private void keytool(String alias, String... more) {
    Keytool.generate(file("keys.p12"), PASSWORD, alias, "RSA", alias, more);
  }

  private static String pem(String what, byte[] content) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, base64);
  }

  private Path file(String name) {
    return directory.path().resolve(name);
  }

  @Override
  public void close() {
    directory.close();
  }
}
