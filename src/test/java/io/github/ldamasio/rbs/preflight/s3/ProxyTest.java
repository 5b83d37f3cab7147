package io.github.ldamasio.rbs.preflight.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.ClientConfiguration;
import io.github.ldamasio.rbs.preflight.check.Failure;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link Proxy}. */
class ProxyTest {
  @Test
  void withoutOneThereIsNone() {
    assertThat(Proxy.of(new ClientConfiguration(), false, "s3")).isEmpty();
  }

  /** As for the SDK, which then has none. */
  @Test
  void withoutAPortThereIsNone() {
    assertThat(Proxy.of(new ClientConfiguration().withProxyHost("proxy"), true, "s3")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"other|minio.lake.svc", "MINIO.lake.svc", "*.svc", "minio*"})
  void aNamedStoreIsReachedWithoutIt(String exceptions) {
    assertThat(proxy(exceptions)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/8", ".svc", "minio", "lake.svc"})
  void whatTheSdkDoesNotTakeForTheNameHasNoEffect(String exceptions) {
    Failure failure = proxy(exceptions).orElseThrow().explain(new Failure("refused", "start it"));
    assertThat(failure)
        .hasMessage(
            "refused; S3A goes through the proxy proxy:3128 (fs.s3a.proxy.host), and NO_PROXY '"
                + exceptions
                + "' does not name 'minio.lake.svc'");
    assertThat(failure.remedy())
        .contains("add 'minio.lake.svc' to NO_PROXY", "no CIDR", "unset fs.s3a.proxy.host");
  }

  private static Optional<Proxy> proxy(String exceptions) {
    ClientConfiguration client =
        new ClientConfiguration()
            .withProxyHost("proxy")
            .withProxyPort(3128)
            .withNonProxyHosts(exceptions);
    return Proxy.of(client, true, "minio.lake.svc");
  }
}
