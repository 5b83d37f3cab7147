package io.github.ldamasio.rbs.preflight.s3;

import io.github.ldamasio.rbs.defaults.Defaults;
import io.github.ldamasio.rbs.preflight.network.Endpoint;
import io.github.ldamasio.rbs.preflight.settings.SparkSettings;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.Constants;
import org.apache.hadoop.fs.s3a.S3AUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Hadoop's configuration for a bucket, made by Spark's own code from what spark-submit would find
 * here, so that it is the job's: {@code spark.hadoop.*}, the AWS variables, {@code core-site.xml},
 * the image's defaults.
 */
final class S3Settings {
  private final String bucket;
  private final Configuration configuration;

  private S3Settings(String bucket, Configuration configuration) {
    this.bucket = bucket;
    this.configuration = configuration;
  }

  static S3Settings of(String bucket, SparkSettings settings) {
    Defaults.register();
    SparkConf spark = new SparkConf(false);
    settings.properties().forEach(spark::set);
    Configuration configuration = SparkHadoopUtil.get().newConfiguration(spark);
    return new S3Settings(bucket, S3AUtils.propagateBucketOptions(configuration, bucket));
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
    String proxy = configuration.getTrimmed(Constants.PROXY_HOST, "");
    if (!proxy.isEmpty()) {
      return new Endpoint(proxy, configuration.getInt(Constants.PROXY_PORT, 80));
    }
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
    return usesTls() && configuration.getTrimmed(Constants.PROXY_HOST, "").isEmpty();
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
