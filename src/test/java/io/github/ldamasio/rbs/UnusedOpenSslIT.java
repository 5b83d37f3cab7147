package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Pom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The OpenSSL in psycopg2's wheel has functions with known vulnerabilities. Nothing in the wheel
 * calls them: their names stand in OpenSSL's own libraries and in no other file.
 */
@Tag("full")
class UnusedOpenSslIT {
  private static final List<String> FUNCTIONS_AND_FILES =
      List.of(
          "SSL_free_buffers libssl",
          "SSL_select_next_proto libssl",
          // libldap can be a server; libpq, which makes psycopg2's connections, cannot
          "SSL_accept libldap libssl",
          "PKCS12_parse libcrypto",
          "PKCS12_unpack_p7data libcrypto",
          "PKCS12_unpack_p7encdata libcrypto",
          "PKCS12_unpack_authsafes libcrypto",
          "PKCS12_newpass libcrypto",
          "CMS_decrypt libcrypto",
          "CMS_RecipientInfo_decrypt libcrypto",
          "EC_GROUP_new_curve_GF2m libcrypto",
          "DH_generate_key libcrypto",
          "DH_check_pub_key libcrypto",
          "EVP_PKEY_public_check libcrypto");
  private static final String SCRIPT =
      """
      cd "$0"
      for function; do
        files=$(grep --recursive --files-with-matches "$function" psycopg2 psycopg2_binary.libs)
        echo "$function" $(sed 's,.*/,,; s,[-.].*,,' <<<"$files" | sort)
      done
      """;

  @Test
  void nothingElseKnowsTheFunctionsWithAVulnerability() {
    Stream<String> command =
        Stream.concat(
            Stream.of("bash", "-c", SCRIPT, Pom.read().property("image.site-packages")),
            FUNCTIONS_AND_FILES.stream().map(line -> line.split(" ")[0]));
    assertThat(
            new SparkContainer(command.toArray(String[]::new))
                .runToEnd()
                .succeeded()
                .stdout()
                .lines())
        .containsExactlyElementsOf(FUNCTIONS_AND_FILES);
  }
}
