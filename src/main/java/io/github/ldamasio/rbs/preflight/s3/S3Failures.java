package io.github.ldamasio.rbs.preflight.s3;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.SdkBaseException;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import io.github.ldamasio.rbs.preflight.network.NetworkFailures;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException;

/**
 * What an error of the store stands for, by its code
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
final class S3Failures {
  private static final Set<String> AUTHORIZATION =
      Set.of("NoSuchBucket", "AccessDenied", "AllAccessDisabled");

  private S3Failures() {}

  /** True if the store accepts the key, and refuses what was asked. */
  static boolean isOfAuthorization(SdkBaseException e) {
    return e instanceof AmazonServiceException
        && AUTHORIZATION.contains(((AmazonServiceException) e).getErrorCode());
  }

  /** True if the store itself may not have sent this: a proxy's answer has no error code of S3. */
  static boolean isOfRoute(SdkBaseException e) {
    return e instanceof AmazonServiceException
        ? String.valueOf(((AmazonServiceException) e).getErrorCode()).matches("null|\\d{3} .*")
        : !NetworkFailures.isCausedBy(e, NoAuthWithAWSException.class);
  }

  static Failure of(Endpoint endpoint, String bucket, String operation, SdkBaseException e) {
    if (NetworkFailures.isCausedBy(e, NoAuthWithAWSException.class)) {
      return new Failure(
          "credentials: expected some, found none",
          "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the job's Secret");
    }
    if (e instanceof AmazonServiceException) {
      return of(bucket, operation, (AmazonServiceException) e);
    }
    if (e.getCause() instanceof IOException) {
      return NetworkFailures.of(endpoint, (IOException) e.getCause());
    }
    return unknown(operation, e.getMessage());
  }

  private static Failure of(String bucket, String operation, AmazonServiceException e) {
    switch (String.valueOf(e.getErrorCode())) {
      case "InvalidAccessKeyId":
        return new Failure(
            "access key: the store does not know it",
            "correct AWS_ACCESS_KEY_ID in the Secret that the job reads; a key of another store or"
                + " region does not count here");
      case "SignatureDoesNotMatch":
        return new Failure(
            "secret key: the signature does not match, so the secret is wrong",
            "correct AWS_SECRET_ACCESS_KEY in the Secret that the job reads (a trailing newline"
                + " is enough to break it)");
      case "InvalidToken":
      case "ExpiredToken":
        return new Failure(
            "session token: the store does not accept it (" + e.getErrorCode() + ")",
            "get a new AWS_SESSION_TOKEN, or remove it if the key is a permanent one");
      case "UserSuspended":
        return new Failure(
            "access key: the store has suspended its user",
            "ask who runs the store to enable the user again (for Ceph: radosgw-admin user enable"
                + " --uid=USER), or use the key of another");
      case "QuotaExceeded":
        return new Failure(
            "bucket '" + bucket + "': a quota is used up, the bucket's own or its owner's",
            "delete what is not needed, parts of killed uploads too, or ask who runs the store for"
                + " more room");
      case "XAmzContentSHA256Mismatch":
        return new Failure(
            "empty object: the store takes its signature for wrong (XAmzContentSHA256Mismatch), as"
                + " Ceph RGW does over http (https://tracker.ceph.com/issues/67875); S3A makes"
                + " directories of empty objects, so no job can write",
            "give the endpoint as https://; if the store has none, set"
                + " spark.hadoop.fs.s3a.signing-algorithm=S3SignerType");
      case "RequestTimeTooSkewed":
        return new Failure(
            "clock skew: the store's clock is too far from this container's, which says "
                + Instant.now(),
            "correct the node's clock (NTP: chronyc tracking), which containers share");
      case "NoSuchBucket":
        return new Failure(
            "bucket '" + bucket + "': missing", "create it, or correct the name in the URL");
      case "AccessDenied":
      case "AllAccessDisabled":
        return new Failure(
            "bucket '" + bucket + "': this key must not " + operation,
            "allow s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject below the prefix"
                + " in the policy of the key or of the bucket");
      case "PermanentRedirect":
      case "TemporaryRedirect":
      case "AuthorizationHeaderMalformed":
        return new Failure(
            "bucket '"
                + bucket
                + "': belongs to another region or endpoint ("
                + e.getErrorCode()
                + ")",
            "set spark.hadoop.fs.s3a.endpoint and spark.hadoop.fs.s3a.endpoint.region to the"
                + " bucket's");
      default:
        return unknown(
            operation,
            "status " + e.getStatusCode() + ", " + e.getErrorCode() + ": " + e.getErrorMessage());
    }
  }

  private static Failure unknown(String operation, String message) {
    return new Failure(
        "could not " + operation + ": " + message,
        "look the code up in"
            + " https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and in the"
            + " store's log");
  }
}
