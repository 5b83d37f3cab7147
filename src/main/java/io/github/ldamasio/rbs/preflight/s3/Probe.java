package io.github.ldamasio.rbs.preflight.s3;

import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.model.AmazonS3Exception;
import com.amazonaws.services.s3.model.ObjectMetadata;
import com.amazonaws.services.s3.model.PutObjectRequest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** An object that is written, read back and deleted again, below a prefix. Immutable. */
final class Probe {
  private static final String CONTENT = "rbs-preflight";

  private final AmazonS3 client;
  private final String bucket;
  private final String key;

  /** A probe of a name that nothing else has. Nothing is written yet. */
  Probe(AmazonS3 client, S3Location location) {
    this.client = client;
    this.bucket = location.bucket();
    // The underscore hides it from readers of the directory, should it be left behind.
    this.key = location.key("_rbs-preflight-" + UUID.randomUUID());
  }

  String key() {
    return key;
  }

  /**
   * Writes it empty, as S3A makes directories, and then with content.
   *
   * @return whether the store has conditional PUT: it refuses to create what is there
   */
  boolean write() {
    client.putObject(bucket, key, "");
    PutObjectRequest creation = put();
    creation.putCustomRequestHeader("If-None-Match", "*");
    try {
      client.putObject(creation);
      return false;
    } catch (AmazonS3Exception e) {
      // The answer of a store that does not know the header is "not implemented", if it looks at
      // it.
      if (e.getStatusCode() != 412 && e.getStatusCode() != 501) {
        throw e;
      }
      client.putObject(put());
      return e.getStatusCode() == 412;
    }
  }

  private PutObjectRequest put() {
    byte[] content = CONTENT.getBytes(StandardCharsets.UTF_8);
    ObjectMetadata metadata = new ObjectMetadata();
    metadata.setContentLength(content.length);
    return new PutObjectRequest(bucket, key, new ByteArrayInputStream(content), metadata);
  }

  /** True if what is there is what was written. */
  boolean isWhole() {
    return client.getObjectAsString(bucket, key).equals(CONTENT);
  }

  void delete() {
    client.deleteObject(bucket, key);
  }
}
