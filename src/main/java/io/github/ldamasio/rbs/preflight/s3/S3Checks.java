package io.github.ldamasio.rbs.preflight.s3;

import com.amazonaws.SdkBaseException;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.model.ListObjectsV2Request;
import io.github.ldamasio.rbs.preflight.check.Check;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.check.Series;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import io.github.ldamasio.rbs.preflight.network.Route;
import io.github.ldamasio.rbs.preflight.report.Secrets;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.Constants;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/**
 * From an S3A URL to an object that is written, read back and deleted. It asks through the client
 * that S3A makes, and not through S3A, which would leave markers of directories behind. Each step
 * uses what the one before it opened.
 */
public final class S3Checks {
  private final String url;
  private final SparkSettings settings;
  private final Secrets secrets;

  private S3Location location;
  private S3Settings s3;
  private Probe probe;
  private SdkBaseException refusal;

  private S3Checks(String url, SparkSettings settings, Secrets secrets) {
    this.url = url;
    this.settings = settings;
    this.secrets = secrets;
  }

  /** The checks of a URL, whose names begin with a word for it. */
  public static Series of(String what, String url, SparkSettings settings, Secrets secrets) {
    S3Checks checks = new S3Checks(url, settings, secrets);
    return Series.of(
        Check.of(what + " settings", checks::configure),
        checks.onRoute(what + " resolve", checks::resolve),
        checks.onRoute(what + " connect", () -> Route.connect(checks.s3.endpoint())),
        checks.onRoute(what + " tls", checks::tls),
        Check.of(what + " authenticate", checks::authenticate),
        Check.of(what + " list", checks::list),
        Check.of(what + " write", checks::write),
        Check.of(what + " read", checks::read),
        Check.of(what + " delete", checks::delete));
  }

  private Check onRoute(String name, Check.Look look) {
    return Check.of(
        name,
        () -> {
          try {
            return look.look();
          } catch (Failure e) {
            throw s3.explain(e, true);
          }
        });
  }

  private String configure() throws IOException, Failure {
    location = S3Location.parse(url);
    secrets.name(url);
    try {
      s3 = S3Settings.of(location.bucket(), settings);
      secrets.name(s3.toString());
      secrets.add(s3.secret(Constants.ACCESS_KEY));
      secrets.add(s3.secret(Constants.SECRET_KEY));
      secrets.add(s3.secret(Constants.SESSION_TOKEN));
      return s3.toString();
    } catch (IllegalArgumentException e) {
      throw new Failure(
          "fs.s3a.endpoint: " + e.getMessage(),
          "give it as http://HOST:PORT or https://HOST in spark.hadoop.fs.s3a.endpoint");
    }
  }

  private String resolve() throws Failure, InterruptedException {
    Endpoint endpoint = s3.endpoint();
    try {
      return Route.resolve(endpoint);
    } catch (Failure e) {
      if (s3.hostPerBucket() && resolves(s3.store())) {
        throw new Failure(
            "name '"
                + endpoint.host()
                + "': does not resolve, and '"
                + s3.store().host()
                + "' does; this store has no host name per bucket",
            "set spark.hadoop.fs.s3a.path.style.access=true, which is the image's default");
      }
      throw e;
    }
  }

  private static boolean resolves(Endpoint endpoint) throws InterruptedException {
    try {
      Route.resolve(endpoint);
      return true;
    } catch (Failure e) {
      return false;
    }
  }

  private String tls() throws Failure {
    return s3.tlsToEndpoint() ? Route.tls(s3.endpoint()) : "not used";
  }

  /** Sends the first signed request. A refusal for another reason is for the next check to tell. */
  private String authenticate() throws IOException, Failure {
    FileSystem fileSystem = FileSystem.newInstance(location.uri(), s3.forOneTry());
    AmazonS3 client = ((S3AFileSystem) fileSystem).getAmazonS3ClientForTesting("preflight");
    probe = new Probe(client, location);
    try {
      client.listObjectsV2(
          new ListObjectsV2Request()
              .withBucketName(location.bucket())
              .withPrefix(location.key(""))
              .withMaxKeys(1));
    } catch (SdkBaseException e) {
      if (!S3Failures.isOfAuthorization(e)) {
        throw wantsTls(e)
            ? new Failure(
                "'" + s3.endpoint() + "': expected plain HTTP, found TLS",
                "give the endpoint as https://")
            : failure("authenticate", e);
      }
      refusal = e;
    }
    return "the store accepts the key and its signature";
  }

  private String list() throws Failure {
    if (refusal != null) {
      throw failure("list", refusal);
    }
    return "may list below " + url;
  }

  private String write() throws Failure {
    try {
      String conditional = probe.write() ? "has" : "does not have";
      return "wrote " + probe.key() + "; the store " + conditional + " conditional PUT";
    } catch (SdkBaseException e) {
      forget();
      throw failure("write", e);
    }
  }

  private String read() throws Failure {
    try {
      if (probe.isWhole()) {
        return "read the same back";
      }
    } catch (SdkBaseException e) {
      forget();
      throw failure("read", e);
    }
    forget();
    throw new Failure(
        "object '" + probe.key() + "': expected what was written, found something else",
        "look for a proxy or a cache between here and the store");
  }

  private String delete() throws Failure {
    try {
      probe.delete();
      return "deleted it";
    } catch (SdkBaseException e) {
      throw failure("delete (it stays behind)", e);
    }
  }

  /** Tries to delete the probe; the failure that matters is reported already. */
  private void forget() {
    try {
      probe.delete();
    } catch (SdkBaseException e) {
      // The report says why it could not be written or read.
    }
  }

  /** Asked only after a failure, since a handshake may disturb a server of plain HTTP. */
  private boolean wantsTls(SdkBaseException e) {
    return S3Failures.isOfRoute(e) && s3.plainToEndpoint() && Route.speaksTls(s3.endpoint());
  }

  private Failure failure(String operation, SdkBaseException e) {
    Failure failure = S3Failures.of(s3.endpoint(), location.bucket(), operation, e);
    return s3.explain(failure, S3Failures.isOfRoute(e));
  }
}
