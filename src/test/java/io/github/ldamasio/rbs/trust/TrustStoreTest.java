package io.github.ldamasio.rbs.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ldamasio.rbs.server.PrivateCa;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link TrustStore}. */
class TrustStoreTest {
  private static PrivateCa one;
  private static PrivateCa two;

  @TempDir private Path directory;

  @BeforeAll
  static void make() throws Exception {
    one = new PrivateCa("s3");
    two = new PrivateCa("postgres");
  }

  @AfterAll
  static void remove() {
    one.close();
    two.close();
  }

  @Test
  void allCertificatesOfAllFilesAreTrustedBesideThePublicOnes() throws Exception {
    Path ca = Files.createDirectory(directory.resolve("ca"));
    String first = Files.readString(one.configMap().resolve("ca.crt"));
    Files.writeString(ca.resolve("bundle.pem"), "A comment.\n" + first + first);
    String second = Files.readString(two.configMap().resolve("ca.crt"));
    Files.write(
        ca.resolve("der.crt"), Base64.getMimeDecoder().decode(second.replaceAll("-----.*", "")));
    Files.writeString(ca.resolve("tls.key"), "no certificate");
    Path store = directory.resolve("trusted");
    TrustStore.main(ca.toString(), store.toString());

    Set<Certificate> pem = new HashSet<>();
    try (InputStream in = Files.newInputStream(Path.of(store + ".pem"))) {
      pem.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
    assertThat(pem).hasSizeGreaterThan(50);
    assertThat(pem.stream().map(Object::toString))
        .filteredOn(text -> text.contains("Subject: CN=ca\n"))
        .hasSize(2);
    // As Java opens a trust store: without a password.
    KeyStore jks = KeyStore.getInstance(KeyStore.getDefaultType());
    try (InputStream in = Files.newInputStream(Path.of(store + ".jks"))) {
      jks.load(in, null);
    }
    Set<Certificate> ofJava = new HashSet<>();
    for (String alias : Collections.list(jks.aliases())) {
      ofJava.add(jks.getCertificate(alias));
    }
    assertThat(ofJava).isEqualTo(pem);
    assertThat(Files.list(directory).map(Path::getFileName).map(Path::toString))
        .containsExactlyInAnyOrderElementsOf(List.of("ca", "trusted.pem", "trusted.jks"));
  }

  @ParameterizedTest
  @CsvSource({
    "ca.crt, a text, expected certificates in PEM",
    "ca.crt, '', expected certificates in PEM",
    "ca.txt, a text, expected certificates as *.crt or *.pem"
  })
  void aMountWithoutCertificatesIsNamed(String name, String content, String message)
      throws Exception {
    Files.writeString(directory.resolve(name), content);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustStore.of(directory))
        .withMessageContaining(message);
  }
}
