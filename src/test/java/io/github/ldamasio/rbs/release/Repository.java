package io.github.ldamasio.rbs.release;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A repository in a registry, as somebody who may write to it uses it: without any check. */
record Repository(String registry, String name) {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** The repository with this digest or tag, as cosign and Docker name it. */
  String image(String reference) {
    return registry + "/" + name + (reference.startsWith("sha256:") ? "@" : ":") + reference;
  }

  byte[] manifest(String reference) throws IOException {
    return get("manifests/" + reference);
  }

  byte[] blob(String digest) throws IOException {
    return get("blobs/" + digest);
  }

  void putManifest(String reference, byte[] manifest) throws IOException {
    String type = new ObjectMapper().readTree(manifest).path("mediaType").asText();
    URI uri = uri("manifests/" + reference);
    send(HttpRequest.newBuilder(uri).PUT(BodyPublishers.ofByteArray(manifest)), type, 201);
  }

  /** Uploads a blob and returns its digest. */
  String putBlob(byte[] blob) throws IOException {
    String type = "application/octet-stream";
    HttpRequest.Builder begin =
        HttpRequest.newBuilder(uri("blobs/uploads/")).POST(BodyPublishers.noBody());
    String upload = send(begin, type, 202).headers().firstValue("Location").orElseThrow();
    String digest = digest(blob);
    URI uri = uri("blobs/uploads/").resolve(upload + "&digest=" + digest);
    send(HttpRequest.newBuilder(uri).PUT(BodyPublishers.ofByteArray(blob)), type, 201);
    return digest;
  }

  static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Each Java has SHA-256.", e);
    }
  }

  private byte[] get(String path) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .header("Accept", "application/vnd.oci.image.manifest.v1+json")
            .header("Accept", "application/vnd.docker.distribution.manifest.v2+json");
    return send(request, "application/json", 200).body();
  }

  private URI uri(String path) {
    return URI.create("http://" + registry + "/v2/" + name + "/" + path);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request, String type, int expected)
      throws IOException {
    HttpRequest sent = request.header("Content-Type", type).build();
    try {
      HttpResponse<byte[]> response = CLIENT.send(sent, BodyHandlers.ofByteArray());
      if (response.statusCode() != expected) {
        throw new IOException(
            "%s: expected answer %d, found %d".formatted(sent, expected, response.statusCode()));
      }
      return response;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted during " + sent, e);
    }
  }
}
