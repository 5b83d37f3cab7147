package io.github.ldamasio.rbs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ldamasio.rbs.kubernetes.Violation.Rule;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** The site's policies allow the hosts and ports of its settings. */
final class SiteCheck {
  private static final Set<String> PRIVATE =
      Set.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16");

  private final Manifests manifests;
  private final Violations violations;

  SiteCheck(Manifests manifests, Violations violations) {
    this.manifests = manifests;
    this.violations = violations;
  }

  void check() {
    JsonNode settings = manifests.get("ConfigMap", "settings").path("data");
    if (manifests.has("NetworkPolicy", "to-postgresql")) {
      checkDatabase(URI.create(settings.path("JDBC_URL").asText().replaceFirst("^jdbc:", "")));
    }
    checkStore(URI.create(settings.path("S3_ENDPOINT").asText()));
  }

  private void checkDatabase(URI database) {
    JsonNode rule = checkPort("to-postgresql", database, 5432, "JDBC_URL");
    List<String> host = List.of(database.getHost().split("[.]"));
    String namespace =
        rule.at("/to/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name").asText();
    expect(
        host.size() > 1 && host.get(1).equals(namespace),
        "NetworkPolicy to-postgresql",
        "the namespace of JDBC_URL, found " + namespace);
  }

  private void checkStore(URI store) {
    int usual = "http".equals(store.getScheme()) ? 80 : 443;
    JsonNode block = checkPort("to-s3", store, usual, "S3_ENDPOINT").at("/to/0/ipBlock");
    expect(
        !block.path("cidr").asText().equals("0.0.0.0/0")
            || Json.texts(block.path("except")).containsAll(PRIVATE),
        "NetworkPolicy to-s3",
        "no private addresses (RFC 1918) and no link-local ones (RFC 3927), found " + block);
  }

  /** Checks the port of a policy's first rule; returns the rule. */
  private JsonNode checkPort(String policy, URI server, int usual, String setting) {
    JsonNode rule = manifests.get("NetworkPolicy", policy).at("/spec/egress/0");
    int port = rule.at("/ports/0/port").asInt();
    expect(
        port == (server.getPort() < 0 ? usual : server.getPort()),
        "NetworkPolicy " + policy,
        "the port of %s, found %d".formatted(setting, port));
    return rule;
  }

  private void expect(boolean holds, String where, String expected) {
    violations.expect(holds, Rule.TRAFFIC, where, expected);
  }
}
