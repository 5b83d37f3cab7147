"""What a Python process needs to reach the store as S3A does: the same endpoint, keys, time-outs and proxy."""

import fnmatch
import re

from job import Failed

# What S3A can ask of a store, and pyarrow's client cannot.
ONLY_S3A = {
    "fs.s3a.encryption.algorithm": "let the bucket encrypt by default",
    "fs.s3a.server-side-encryption-algorithm": "let the bucket encrypt by default",
    "fs.s3a.acl.default": "let the bucket's policy say who reads",
}


def client(spark, path):
    """
    Arguments of pyarrow.fs.S3FileSystem for the bucket of a path, with secrets among them.

    :raises Failed: if a setting of S3A has no counterpart there
    """
    jvm = spark._jvm
    s3a = jvm.org.apache.hadoop.fs.Path(path).getFileSystem(spark._jsc.hadoopConfiguration())
    # The bucket's own settings are in it.
    settings = s3a.getConf()
    for name, remedy in ONLY_S3A.items():
        if settings.getTrimmed(name, ""):
            cause = f"{name} '{settings.getTrimmed(name)}': expected nothing, since pyarrow's S3 client cannot do it"
            raise Failed(f"{cause}, found it", f"{remedy}, and unset it")
    credentials = s3a.shareCredentials("bronze").getCredentials()
    secure = "https" if settings.getBoolean("fs.s3a.connection.ssl.enabled", True) else "http"
    scheme, host = re.fullmatch("(?:(https?)://)?([^/]+)/?", settings.getTrimmed("fs.s3a.endpoint")).groups()
    if not settings.getBoolean("fs.s3a.path.style.access", False) and not host.endswith(".amazonaws.com"):
        cause = "fs.s3a.path.style.access 'false': expected true, since pyarrow's S3 client names buckets in paths only"
        raise Failed(f"{cause}, found false", "unset it")
    region = settings.getTrimmed("fs.s3a.endpoint.region") or jvm.com.amazonaws.util.AwsHostNameUtils.parseRegion(host, "s3")
    http = jvm.org.apache.hadoop.fs.s3a.S3AUtils.createAwsConf(settings, s3a.getUri().getHost(), "s3")
    found = {
        "endpoint_override": host,
        "scheme": scheme or secure,
        "region": region or "us-east-1",
        "connect_timeout": http.getConnectionTimeout() / 1000,
        "request_timeout": http.getSocketTimeout() / 1000,
        "attempts": http.getMaxErrorRetry(),
        "proxy_options": proxy(http, host),
    }
    if credentials.getAWSAccessKeyId() is None:
        return {**found, "anonymous": True}
    found["access_key"], found["secret_key"] = credentials.getAWSAccessKeyId(), credentials.getAWSSecretKey()
    if jvm.java.lang.Class.forName("com.amazonaws.auth.AWSSessionCredentials").isInstance(credentials):
        found["session_token"] = credentials.getSessionToken()
    return found


def proxy(http, host):
    """The proxy that the AWS SDK takes, from S3A's settings, else from properties, else from the environment."""
    exceptions = (http.getNonProxyHosts() or "").lower().split("|")
    if not http.getProxyHost() or http.getProxyPort() < 1:
        return None
    if any(fnmatch.fnmatchcase(host.lower().rpartition(":")[0] or host.lower(), name) for name in exceptions):
        return None
    found = {"scheme": str(http.getProxyProtocol()).lower(), "host": http.getProxyHost(), "port": http.getProxyPort()}
    if http.getProxyUsername():
        found.update(username=http.getProxyUsername(), password=http.getProxyPassword())
    return found
