"""
Does with S3A what its documentation names, and prints a line for each: the name, and seconds and OK or what went wrong.
What cannot work here, as keys from a file that is not there, must fail for that reason, and not for want of a class.
With the argument 'slow' it does instead what takes long: it meets a store that is slow, and one that is busy for a while.
"""

import base64
import concurrent.futures
import http.client
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[1]").config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"]).getOrCreate()
jvm = spark._jvm
ROOT = f"s3a://{os.environ['BUCKET']}/{os.environ['PREFIX']}"
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


class Metadata(http.server.BaseHTTPRequestHandler):
    """Gives them as a cloud gives its instances theirs."""

    ROLE = "/latest/meta-data/iam/security-credentials/"

    def do_PUT(self):
        self.answer("a token of this service")

    def do_GET(self):
        keys = {"Code": "Success", "AccessKeyId": KEY, "SecretAccessKey": SECRET, "Token": "token"}
        keys["Expiration"] = "2099-01-01T00:00:00Z"
        self.answer("role" if self.path == self.ROLE else json.dumps(keys))

    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Store(http.server.BaseHTTPRequestHandler):
    """Passes requests on to the store and keeps what was asked; the first of each method it refuses as a busy store does.

    Of keys with "/late" it answers copies and completions after 45 seconds, and to those with "/refused" nothing but 429 in
    the first 20 seconds.
    """

    protocol_version = "HTTP/1.1"
    busy, requests, refused_since = set(), [], []

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Store.requests.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.command in Store.busy:
            Store.busy.remove(self.command)
            return self.refuse(503)
        if "/refused" in self.path:
            Store.refused_since.append(time.monotonic())
            if time.monotonic() - Store.refused_since[0] < 20:
                return self.refuse(429)
        scheme, _, address = os.environ["S3_ENDPOINT"].partition("://")
        store = (http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection)(address)
        store.request(self.command, self.path, body, {n: v for n, v in self.headers.items() if n != "Expect"})
        answer = store.getresponse()
        content = answer.read()
        if "/late" in self.path and ("x-amz-copy-source" in self.headers or (self.command == "POST" and "uploadId=" in self.path)):
            time.sleep(45)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name not in ("Transfer-Encoding", "Content-Length"):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length", str(len(content))))
        self.end_headers()
        self.wfile.write(content)
        store.close()

    def refuse(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on

    def log_message(self, *_):
        pass


def serve(handler, tls=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"


def certificate():
    """A certificate of this run: the SDK sends customers' keys over HTTPS only. Nobody checks it."""
    jvm.java.lang.System.setProperty("com.amazonaws.sdk.disableCertChecking", "true")
    with tempfile.TemporaryDirectory() as directory:
        store, pem = f"{directory}/store", f"{directory}/pem"
        keytool = ["keytool", "-alias", "any", "-storepass", "any-password", "-keystore", store]
        subprocess.run([*keytool, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=any"], check=True, stderr=subprocess.DEVNULL)
        subprocess.run([*keytool, "-exportcert", "-rfc", "-file", pem], check=True, stderr=subprocess.DEVNULL)
        password = spark.sparkContext._gateway.new_array(jvm.char, len("any-password"))
        for index, character in enumerate("any-password"):
            password[index] = character
        key = jvm.java.security.KeyStore.getInstance(jvm.java.io.File(store), password).getKey("any", password)
        kind = jvm.java.lang.Class.forName("java.security.spec.PKCS8EncodedKeySpec")
        encoded = jvm.java.security.KeyFactory.getInstance("RSA").getKeySpec(key, kind).getEncoded()
        with open(pem, "ab") as file:
            file.write(b"-----BEGIN PRIVATE KEY-----\n" + base64.encodebytes(encoded) + b"-----END PRIVATE KEY-----\n")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context


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
    role = {
        "aws.credentials.provider": "org.apache.hadoop.fs.s3a.auth.AssumedRoleCredentialProvider",
        "assumed.role.arn": "arn:aws:iam::123456789012:role/any",
        "assumed.role.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        "assumed.role.sts.endpoint": serve(Sts),
        "assumed.role.sts.endpoint.region": "us-east-1",
    }
    try:
        filesystem(**role).listStatus(path("").getParent())
    except Exception as e:
        assert NO_SESSIONS in str(e), e


def busy_store():
    busy = filesystem(endpoint=STORE)
    Store.busy = methods = {"PUT", "HEAD", "GET", "POST", "DELETE"}
    for name in ("one", "two", "three"):
        write(busy, f"busy/{name}")
    assert busy.open(path("busy/one")).read() == 0
    assert busy.delete(path("busy/one"), False) and busy.delete(path("busy"), True)
    assert not methods, f"never asked: {methods}"


def late_copy():
    late = filesystem(endpoint=STORE)
    write(late, "late-copy")
    assert late.rename(path("late-copy"), path("late-copied"))
    assert asked("PUT", "/late-copied") == 1, Store.requests


def late_completion():
    late = filesystem(endpoint=STORE, multipart_size="5M")
    write(late, "late-upload", 12 << 20)
    assert asked("POST", "/late-upload?uploadId=") == 1, Store.requests


def asked(method, part):
    return sum(command == method and part in target for command, target, _ in Store.requests)


def nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    started = time.monotonic()
    try:
        write(filesystem(endpoint=f"http://127.0.0.1:{port}"), "any")
    except Exception as e:
        assert "Connection refused" in str(e), e
    assert time.monotonic() - started < 30, "expected an error after seconds"


def large_file_of_an_escaped_partition():
    write(fs, "k=10%3A30/large", 129 << 20)  # Hadoop copies files from 128 MB on by parts
    assert fs.rename(path("k=10%3A30/large"), path("k=10%3A30/renamed"))


def refused_for_a_while():
    write(filesystem(endpoint=STORE), "refused")
    assert Store.refused_since[-1] - Store.refused_since[0] >= 20, Store.refused_since


def presigned():
    write(fs, "presigned", 10)
    client = filesystem(endpoint=STORE).getAmazonS3ClientForTesting("presigned")
    url = client.generatePresignedUrl(os.environ["BUCKET"], path("presigned").toUri().getPath()[1:], None)
    assert urllib.request.urlopen(url.toString(), context=ssl._create_unverified_context()).read() == bytes(10)


def server_side_encryption(algorithm, key, header, value):
    """Each object that is put, copied or begun as a multipart upload asks for it by this header, of stores that refuse it, too."""

    def check():
        write(fs, f"{algorithm}/source")
        Store.requests.clear()
        sse = filesystem(endpoint=STORE, encryption_algorithm=algorithm, encryption_key=key, multipart_size="5M",
                         multipart_threshold="5M")
        ask(lambda: write(sse, f"{algorithm}/small"))
        ask(lambda: write(sse, f"{algorithm}/large", 12 << 20))
        ask(lambda: sse.rename(path(f"{algorithm}/source"), path(f"{algorithm}/renamed")))
        asked = {}
        for method, target, headers in Store.requests:
            what = {"PUT": "copy" if "x-amz-copy-source" in headers else "put", "POST": "begin"}.get(method)
            if what and "uploadId=" not in target and "?delete" not in target:
                asked.setdefault(what, set()).add(headers.get(header))
        assert asked == dict.fromkeys(("put", "begin", "copy"), {value}), asked

    def ask(action):
        try:
            action()
        except Exception as e:
            assert any(code in str(e) for code in ("InvalidRequest", "InvalidArgument", "NotImplemented")), e

    return check


def provider(name, **settings):
    def check():
        try:
            write(filesystem(aws_credentials_provider=name, **settings), "provider")
        except Exception as e:
            text = "\n".join(line for line in str(e).splitlines() if "Exception" in line or "Error" in line)
            assert not any(word in text for word in LINKAGE), text
            assert name in WITHOUT_KEYS or NO_SESSIONS in text, text

    return check


def client_side_encryption():
    try:
        write(filesystem(encryption_algorithm="CSE-KMS", encryption_key="arn:aws:kms:us-east-1:123456789012:key/any"), "cse")
    except Exception as e:
        assert not any(word in str(e) for word in LINKAGE), e


# What a store without sessions says of the token that it was sent.
NO_SESSIONS = "InvalidToken"
LINKAGE = ("NoClassDefFoundError", "ClassNotFoundException", "NoSuchMethodError", "LinkageError")
HADOOP, AWS = "org.apache.hadoop.fs.s3a.", "com.amazonaws.auth."
INSTANCE = [HADOOP + "auth.IAMInstanceCredentialsProvider", AWS + "InstanceProfileCredentialsProvider",
            AWS + "EC2ContainerCredentialsProviderWrapper"]
WITHOUT_KEYS = [AWS + "WebIdentityTokenCredentialsProvider", AWS + "profile.ProfileCredentialsProvider",
                HADOOP + "AnonymousAWSCredentialsProvider"]
KEYS = {"access_key": KEY, "secret_key": SECRET}
CUSTOMER_KEY = base64.b64encode(bytes(32)).decode()
SSE = "x-amz-server-side-encryption"
STORE = serve(Store, certificate())
jvm.java.lang.System.setProperty("com.amazonaws.sdk.ec2MetadataServiceEndpointOverride", serve(Metadata))
fs = filesystem()
checks = {
    "put and list": put_and_list,
    "multipart upload": multipart,
    "rename": rename,
    "delete": delete,
    "missing file": missing,
    "busy store": busy_store,
    "presigned URL": presigned,
    "SSE-S3": server_side_encryption("AES256", "", SSE, "AES256"),
    "SSE-KMS": server_side_encryption("SSE-KMS", "any", SSE + "-aws-kms-key-id", "any"),
    "SSE-C": server_side_encryption("SSE-C", CUSTOMER_KEY, SSE + "-customer-key", CUSTOMER_KEY),
    "assumed role": assumed_role,
    "client-side encryption": client_side_encryption,
    HADOOP + "SimpleAWSCredentialsProvider": provider(HADOOP + "SimpleAWSCredentialsProvider", **KEYS),
    HADOOP + "TemporaryAWSCredentialsProvider": provider(HADOOP + "TemporaryAWSCredentialsProvider", session_token="any", **KEYS),
    AWS + "EnvironmentVariableCredentialsProvider": provider(AWS + "EnvironmentVariableCredentialsProvider"),
    **{name: provider(name) for name in INSTANCE + WITHOUT_KEYS},
}
slow_checks = {"late copy": late_copy, "late completion": late_completion, "refused for a while": refused_for_a_while,
               "nobody listens": nobody_listens, "large file of an escaped partition": large_file_of_an_escaped_partition}


def run(name, check):
    started = time.monotonic()
    try:
        check()
        print("@", name, f"{time.monotonic() - started:.1f} s", "OK")
    except Exception as e:
        print("@", name, "FAIL", " ".join(f"{type(e).__name__}: {e}".split())[:600])


if sys.argv[1:] == ["slow"]:  # all at once
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(run, slow_checks, slow_checks.values()))
else:
    list(map(run, checks, checks.values()))
