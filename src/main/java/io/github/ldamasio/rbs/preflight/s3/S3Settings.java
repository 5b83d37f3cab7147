package io.github.ldamasio.rbs.preflight.s3;

import com.amazonaws.ClientConfiguration;
import io.github.ldamasio.rbs.defaults.Defaults;
import io.github.ldamasio.rbs.preflight.check.Failure;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.Constants;
import org.apache.hadoop.fs.s3a.S3AUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.deploy.SparkHadoopUtil$;

/**
 * Hadoop's configuration for a bucket, made by Spark's own code from what spark-submit would find
 * here, so that it is the job's: {@code spark.hadoop.*}, the AWS variables, {@code core-site.xml},
 * the image's defaults.
 */
final class S3Settings {
  /** Where people name the store for other clients; S3A reads none of them. */
  private static final List<String> OTHER_CLIENTS =
      List.of("S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");

  private final String bucket;
  private final Configuration configuration;
  private final Optional<Proxy> proxy;

  private S3Settings(String bucket, Configuration configuration) throws IOException {
    this.bucket = bucket;
    this.configuration = configuration;
    ClientConfiguration client =
        S3AUtils.createAwsConf(configuration, bucket, Constants.AWS_SERVICE_IDENTIFIER_S3);
    this.proxy =
        Proxy.of(
            client,
            !configuration.getTrimmed(Constants.PROXY_HOST, "").isEmpty(),
            bucketEndpoint().host());
  }

  /**
   * The settings for a bucket.
   *
   * @throws IllegalArgumentException if they name no server
   * @throws Failure if they name no store, and the environment has one that S3A does not read
   */
  static S3Settings of(String bucket, SparkSettings settings) throws IOException, Failure {
    Defaults.register();
    SparkConf spark = new SparkConf(false);
    settings.properties().forEach(spark::set);
    Configuration configuration = SparkHadoopUtil.get().newConfiguration(spark);
    S3Settings s3 = new S3Settings(bucket, S3AUtils.propagateBucketOptions(configuration, bucket));
    for (String name : s3.namesStore() ? List.<String>of() : OTHER_CLIENTS) {
      if (settings.variable(name).isPresent()) {
        throw new Failure(
            "fs.s3a.endpoint: expected the store's URL, found none, so S3A would ask Amazon; it"
                + " does not read "
                + name
                + " '"
                + settings.variable(name).get()
                + "'",
            "give it as --conf spark.hadoop.fs.s3a.endpoint=URL, as the image's own jobs and their"
                + " manifests do with S3_ENDPOINT, or in spark-defaults.conf or core-site.xml; if"
                + " the job's code sets it, give rbs-preflight the same");
      }
    }
    return s3;
  }

  /** The job's configuration, except that it tries once, and not for long. */
  Configuration forOneTry() {
    Configuration once = new Configuration(configuration);
    once.setInt(Constants.MAX_ERROR_RETRIES, 0);
    once.setInt(Constants.RETRY_LIMIT, 0);
    once.setInt(Constants.ESTABLISH_TIMEOUT, 5000);
    once.setInt(Constants.SOCKET_TIMEOUT, 8000);
    once.setInt(Constants.S3A_BUCKET_PROBE, 0);
    return once;
  }

  /** The access key and the secret key, the latter as S3A looks it up. */
  String secret(String name) {
    return configuration.getTrimmed(name, "");
  }

  /** The store as the settings name it. */
  Endpoint store() {
    URI uri = uri();
    int port = uri.getPort();
    return new Endpoint(uri.getHost(), port > 0 ? port : usesTls() ? 443 : 80);
  }

  /** What S3A opens its connections to. */
  Endpoint endpoint() {
    return proxy.map(Proxy::endpoint).orElseGet(this::bucketEndpoint);
  }

  private Endpoint bucketEndpoint() {
    Endpoint store = store();
    return hostPerBucket() ? new Endpoint(bucket + "." + store.host(), store.port()) : store;
  }

  /** True if the bucket is part of the host name, which it never is before an address. */
  boolean hostPerBucket() {
    return !configuration.getBoolean(Constants.PATH_STYLE_ACCESS, false)
        && !store().host().matches("[0-9.]+|\\[.*");
  }

  /** True if S3A itself shakes hands with {@link #endpoint()}. */
  boolean tlsToEndpoint() {
    return usesTls() && proxy.isEmpty();
  }

  /** True if S3A itself speaks plain HTTP with {@link #endpoint()}. */
  boolean plainToEndpoint() {
    return !usesTls() && proxy.isEmpty();
  }

  /** Where nothing does, Spark itself sets Amazon's (SPARK-35878). */
  private boolean namesStore() {
    String[] sources = configuration.getPropertySources(Constants.ENDPOINT);
    return !configuration.getTrimmed(Constants.ENDPOINT, "").isEmpty()
        && !List.of(sources).contains(SparkHadoopUtil$.MODULE$.SET_TO_DEFAULT_VALUES());
  }

  /**
   * A failure with what the settings have to do with it; the proxy only has if it is on the way.
   */
  Failure explain(Failure failure, boolean ofRoute) {
    Failure explained =
        ofRoute ? proxy.map(through -> through.explain(failure)).orElse(failure) : failure;
    return namesStore()
        ? explained
        : new Failure(
            explained.getMessage() + "; S3A asks Amazon, because fs.s3a.endpoint is not set",
            "for another store, set spark.hadoop.fs.s3a.endpoint to its URL; for Amazon: "
                + explained.remedy());
  }

  @Override
  public String toString() {
    return "bucket '"
        + bucket
        + "' at "
        + bucketEndpoint()
        + (namesStore() ? "" : ", Amazon's, because fs.s3a.endpoint is not set")
        + proxy.map(through -> ", through " + through).orElse("");
  }

  private boolean usesTls() {
    return "https".equals(uri().getScheme());
  }

  private URI uri() {
    String endpoint = configuration.getTrimmed(Constants.ENDPOINT, "");
    if (endpoint.isEmpty()) {
      endpoint = Constants.CENTRAL_ENDPOINT;
    }
    if (!endpoint.contains("://")) {
      boolean tls = configuration.getBoolean(Constants.SECURE_CONNECTIONS, true);
      endpoint = (tls ? "https://" : "http://") + endpoint;
    }
    return URI.create(endpoint);
  }
}
