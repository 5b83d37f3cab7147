"""Does with S3A what its documentation names, and prints a line for each: the name, and OK or what went wrong. What cannot
work here, as credentials that only a cloud has, must fail for want of them, and not for want of a class.
"""

import http.server
import os
import threading
import uuid

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[1]").config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"]).getOrCreate()
jvm = spark._jvm
ROOT = f"s3a://{os.environ['BUCKET']}/contract-{uuid.uuid4().hex}"
KEY, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


class Sts(http.server.BaseHTTPRequestHandler):
    """Gives the store's own keys to whoever asks."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = f"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>{KEY}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>""".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def path(name):
    return jvm.org.apache.hadoop.fs.Path(f"{ROOT}/{name}")


def filesystem(**settings):
    configuration = jvm.org.apache.hadoop.conf.Configuration(spark._jsc.hadoopConfiguration())
    for name, value in settings.items():
        configuration.set("fs.s3a." + name.replace("_", "."), value)
    return jvm.org.apache.hadoop.fs.FileSystem.newInstance(path("").toUri(), configuration)


def write(fs, name, size=10):
    stream = fs.create(path(name), True)
    stream.write(bytes(size))
    stream.close()


def put_and_list():
    write(fs, "a/one")
    assert [s.getPath().getName() for s in fs.listStatus(path("a"))] == ["one"]


def multipart():
    slow = filesystem(multipart_size="5M", multipart_threshold="5M")
    write(slow, "a/large", 12 << 20)
    assert slow.getFileStatus(path("a/large")).getLen() == 12 << 20


def rename():
    assert fs.rename(path("a/large"), path("a/renamed"))
    assert fs.getFileStatus(path("a/renamed")).getLen() == 12 << 20 and not fs.exists(path("a/large"))


def delete():
    assert fs.delete(path("a"), True) and not fs.exists(path("a"))


def missing():
    try:
        fs.open(path("none"))
    except Exception as e:
        assert "FileNotFoundException" in str(e), e


def assumed_role():
    sts = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sts)
    threading.Thread(target=sts.serve_forever, daemon=True).start()
    role = {
        "aws.credentials.provider": "org.apache.hadoop.fs.s3a.auth.AssumedRoleCredentialProvider",
        "assumed.role.arn": "arn:aws:iam::123456789012:role/any",
        "assumed.role.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        "assumed.role.sts.endpoint": f"http://127.0.0.1:{sts.server_port}",
        "assumed.role.sts.endpoint.region": "us-east-1",
    }
    filesystem(**role).listStatus(path("").getParent())


def provider(name, **settings):
    def check():
        try:
            write(filesystem(aws_credentials_provider=name, **settings), "provider")
        except Exception as e:
            text = "\n".join(line for line in str(e).splitlines() if "Exception" in line or "Error" in line)
            assert not any(word in text for word in LINKAGE), text
            assert name in CLOUD, text

    return check


def client_side_encryption():
    try:
        write(filesystem(encryption_algorithm="CSE-KMS", encryption_key="arn:aws:kms:us-east-1:123456789012:key/any"), "cse")
    except Exception as e:
        assert not any(word in str(e) for word in LINKAGE), e


LINKAGE = ("NoClassDefFoundError", "ClassNotFoundException", "NoSuchMethodError", "LinkageError")
HADOOP, AWS = "org.apache.hadoop.fs.s3a.", "com.amazonaws.auth."
CLOUD = [HADOOP + "auth.IAMInstanceCredentialsProvider", AWS + "InstanceProfileCredentialsProvider",
         AWS + "WebIdentityTokenCredentialsProvider", AWS + "profile.ProfileCredentialsProvider",
         AWS + "EC2ContainerCredentialsProviderWrapper", HADOOP + "AnonymousAWSCredentialsProvider"]
KEYS = {"access_key": KEY, "secret_key": SECRET}
fs = filesystem()
checks = {
    "put and list": put_and_list,
    "multipart upload": multipart,
    "rename": rename,
    "delete": delete,
    "missing file": missing,
    "assumed role": assumed_role,
    "client-side encryption": client_side_encryption,
    HADOOP + "SimpleAWSCredentialsProvider": provider(HADOOP + "SimpleAWSCredentialsProvider", **KEYS),
    HADOOP + "TemporaryAWSCredentialsProvider": provider(HADOOP + "TemporaryAWSCredentialsProvider", session_token="any", **KEYS),
    AWS + "EnvironmentVariableCredentialsProvider": provider(AWS + "EnvironmentVariableCredentialsProvider"),
    **{name: provider(name) for name in CLOUD},
}
for name, check in checks.items():
    try:
        check()
        print("@", name, "OK")
    except Exception as e:
        print("@", name, "FAIL", " ".join(f"{type(e).__name__}: {e}".split())[:600])
