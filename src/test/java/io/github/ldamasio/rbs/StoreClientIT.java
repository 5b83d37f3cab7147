package io.github.ldamasio.rbs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ldamasio.rbs.engine.SparkContainer;
import io.github.ldamasio.rbs.pin.Project;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The store's client in bronze's tasks, which are Python, has the settings that S3A has. */
@Tag("full")
@Tag("phase")
class StoreClientIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode clients;

  @BeforeAll
  static void readTheSettings() throws JsonProcessingException {
    Map<String, Map<String, String>> buckets =
        Map.of(
            "temporary",
            Map.of(
                "endpoint", "https://s3.eu-west-3.amazonaws.com",
                "access.key", "a-key",
                "secret.key", "a-secret",
                "session.token", "a-token",
                "connection.establish.timeout", "1500",
                "connection.timeout", "45000",
                "attempts.maximum", "7"),
            "proxied",
            Map.of(
                "endpoint", "s3.example.com:9443",
                "endpoint.region", "here",
                "proxy.host", "proxy.example.com",
                "proxy.port", "3128"),
            "public",
            Map.of(
                "endpoint",
                "http://s3:9000",
                "aws.credentials.provider",
                "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider"),
            "encrypted",
            Map.of("endpoint", "http://s3:9000", "encryption.algorithm", "AES256"),
            "virtual",
            Map.of("endpoint", "http://s3:9000", "path.style.access", "false"));
    clients =
        JSON.readTree(
            new SparkContainer(
                    "python3", "/jobs/store_clients.py", JSON.writeValueAsString(buckets))
                .withReadOnly(Project.DIRECTORY.resolve("src/test/jobs"), "/jobs")
                .withEnv(Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret"))
                .runToEnd(Duration.ofMinutes(2))
                .succeeded()
                .stdout()
                .lines()
                .reduce((before, last) -> last)
                .orElseThrow());
  }

  @Test
  void itHasTheBucketsKeysWithTheirTokenAndTheTimeOuts() throws JsonProcessingException {
    assertThat(clients.path("temporary"))
        .isEqualTo(
            JSON.readTree(
                """
                {"endpoint_override": "s3.eu-west-3.amazonaws.com", "scheme": "https", "region": "eu-west-3",
                 "access_key": "a-key", "secret_key": "a-secret", "session_token": "a-token",
                 "connect_timeout": 1.5, "request_timeout": 45.0, "attempts": 7, "proxy_options": null}
                """));
  }

  @Test
  void itTakesTheProxyAndTheKeysOfTheEnvironment() throws JsonProcessingException {
    assertThat(clients.path("proxied"))
        .isEqualTo(
            JSON.readTree(
                """
                {"endpoint_override": "s3.example.com:9443", "scheme": "https", "region": "here",
                 "access_key": "key", "secret_key": "secret",
                 "connect_timeout": 5.0, "request_timeout": 200.0, "attempts": 6,
                 "proxy_options": {"scheme": "http", "host": "proxy.example.com", "port": 3128}}
                """));
    assertThat(clients.path("public").path("anonymous").asBoolean()).isTrue();
    assertThat(clients.path("public").has("access_key")).isFalse();
  }

  @Test
  void whatItCannotDoIsSaid() {
    assertThat(clients.path("encrypted").asText())
        .contains("fs.s3a.encryption.algorithm 'AES256': expected nothing");
    assertThat(clients.path("virtual").asText())
        .contains("fs.s3a.path.style.access 'false': expected true");
  }
}
