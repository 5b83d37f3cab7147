package io.github.ldamasio.rbs.preflight.s3;

import io.github.ldamasio.rbs.preflight.check.Failure;
import java.net.URI;
import java.net.URISyntaxException;

/** A bucket and a prefix in it: {@code s3a://bucket/prefix}. Immutable. */
final class S3Location {
  private final String bucket;
  private final String prefix;

  private S3Location(String bucket, String prefix) {
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /**
   * Reads a URL.
   *
   * @throws Failure if it is no URL of S3A, or holds credentials
   */
  static S3Location parse(String url) throws Failure {
    if (url.contains("@")) {
      throw new Failure(
          "S3 URL: expected s3a://BUCKET/PREFIX, found one with an '@'",
          "take the credentials out of the URL and give them as AWS_ACCESS_KEY_ID and"
              + " AWS_SECRET_ACCESS_KEY");
    }
    try {
      URI uri = new URI(url);
      if ("s3a".equals(uri.getScheme()) && uri.getAuthority() != null) {
        return new S3Location(
            uri.getAuthority(), uri.getPath().replaceAll("^/+|/+$", "").replaceAll("/{2,}", "/"));
      }
    } catch (URISyntaxException e) {
      // The message below is for everything that is no URL of S3A.
    }
    throw new Failure(
        "S3 URL '" + url + "': expected s3a://BUCKET/PREFIX", "write it as the job does");
  }

  String bucket() {
    return bucket;
  }

  /** As a URL without the prefix. */
  URI uri() {
    return URI.create("s3a://" + bucket + "/");
  }

  /** The key of an object below the prefix. */
  String key(String name) {
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }
}
