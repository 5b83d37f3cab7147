package io.github.ldamasio.rbs.trust;

import static java.util.stream.Collectors.toList;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Certificates of a directory beside those that the JVM and the system trust, as a trust store of
 * Java and as a PEM file. identity.sh runs it, once per container. Immutable.
 */
public final class TrustStore {
  /** Debian's and Ubuntu's; a derived image may have added some there. */
  private static final Path SYSTEM = Path.of("/etc/ssl/certs/ca-certificates.crt");

  private final Set<Certificate> certificates;

  private TrustStore(Set<Certificate> certificates) {
    this.certificates = certificates;
  }

  /**
   * Takes the directory and the name of both files, to which it adds {@code .pem} and {@code .jks}.
   * Exit codes: 0, or 2 if a file of the directory holds no certificate; standard error says which.
   */
  public static void main(String... words) throws IOException, GeneralSecurityException {
    try {
      TrustStore store = of(Path.of(words[0]));
      store.writePem(Path.of(words[1] + ".pem"));
      store.writeJks(Path.of(words[1] + ".jks"));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /**
   * Reads all {@code *.crt} and {@code *.pem}, PEM with any number of certificates or DER.
   *
   * @throws IllegalArgumentException if there is no such file, or one without a certificate
   */
  static TrustStore of(Path directory) throws IOException, GeneralSecurityException {
    Set<Certificate> certificates = new LinkedHashSet<>(ofTheJvm());
    if (Files.isReadable(SYSTEM)) {
      certificates.addAll(read(SYSTEM));
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files =
          entries
              .filter(file -> file.toString().matches(".*\\.(crt|pem)"))
              .sorted()
              .collect(toList());
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "directory '"
              + directory
              + "': expected certificates as *.crt or *.pem, found other files; rename them");
    }
    for (Path file : files) {
      certificates.addAll(read(file));
    }
    return new TrustStore(certificates);
  }

  private static List<X509Certificate> ofTheJvm() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager) {
        return List.of(((X509TrustManager) manager).getAcceptedIssuers());
      }
    }
    return List.of();
  }

  private static Collection<? extends Certificate> read(Path file) {
    Collection<? extends Certificate> found = List.of();
    String problem = "none";
    try {
      found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
    } catch (CertificateException | IOException e) {
      problem = e.toString();
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "file '"
              + file
              + "': expected certificates in PEM (-----BEGIN CERTIFICATE-----), found "
              + problem
              + "; mount the CA's certificate there");
    }
    return found;
  }

  private void writePem(Path file) throws IOException, GeneralSecurityException {
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    StringBuilder pem = new StringBuilder();
    for (Certificate certificate : certificates) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(base64.encodeToString(certificate.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    write(file, pem.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** As JKS, of which Java reads certificates without a password. */
  private void writeJks(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, "changeit".toCharArray());
    write(file, bytes.toByteArray());
  }

  /** In one step, since another process may be reading or writing the same file. */
  private static void write(Path file, byte[] content) throws IOException {
    Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), null);
    Files.write(part, content);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
