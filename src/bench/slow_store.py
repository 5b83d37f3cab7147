"""Runs a job on one of the tests' S3 servers, behind HAProxy, which holds each request back and writes down what was asked."""

import collections
import contextlib
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import threading
import time
import uuid

import bench

KINDS = ("HEAD", "LIST", "GET", "PUT", "COPY", "POST", "BULK", "DELETE")
STORES = bench.PROJECT / ".tools/stores"
# An action on the request, and not 'inspect-delay' with WAIT_END: HAProxy ends that wait with the request's body, so that it
# holds back no request without one.
LUA = """
core.register_action("hold", {{"http-req"}}, function() core.msleep({delay}) end)
"""
# HTTPS, because Amazon's SDK for Java signs what it sends over HTTP in a way that RGW does not understand.
PROXY = """
global
  lua-load {directory}/lua
  log stdout format raw daemon
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
frontend slow
  bind {gateway}:{port} ssl crt {directory}/pem
  log global
  log-format "%HM %[capture.req.hdr(0)] %HU"
  http-request capture req.hdr(x-amz-copy-source) len 1
  {hold}
  {rules}
  default_backend s3
backend s3
  server s3 {store}:9000
"""
# Without a signature: the store refuses them, after the same wait.
REQUESTS = {
    "GET": ("GET", "/lake/key", {}, None),
    "HEAD": ("HEAD", "/lake/key", {}, None),
    "LIST": ("GET", "/lake?list-type=2", {}, None),
    "PUT": ("PUT", "/lake/key", {}, b"x"),
    "empty PUT": ("PUT", "/lake/key", {}, b""),
    "COPY": ("PUT", "/lake/key", {"x-amz-copy-source": "/lake/other"}, None),
    "POST": ("POST", "/lake/key?uploads", {}, None),
    "DELETE": ("DELETE", "/lake/key", {}, None),
}


def measure(job, delay, store="s3proxy", variables=(), lua="", rules="", lake=False, rows=10):
    """What the job prints, which is a line of JSON after '@' for each measurement, and with each the requests since the one
    before it, by their kind. Each request waits for 'delay' milliseconds; the rules are HAProxy's, before it asks the store.
    PostgreSQL has 'rows' rows for the jobs."""
    bench.clean_up_when_killed()
    name = f"{bench.NAME}-job"
    image = (bench.PROJECT / "target/jib-image.id").read_text().strip()
    with contextlib.ExitStack() as stack:
        network, scene = stack.enter_context(bench.scene(rows, store=store, lake=lake))
        directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        endpoint, asked = stack.enter_context(slow(directory, network, scene["STORE"], delay, lua, rules))
        log = stack.enter_context(tempfile.TemporaryFile("w+"))
        stack.callback(subprocess.run, ["docker", "rm", "--force", name], capture_output=True)
        environment = {**scene, "S3_ENDPOINT": endpoint, "SPARK_DRIVER_MEMORY": "3g", **dict(variables)}
        command = ["docker", "run", "--rm", f"--name={name}", f"--network={network}", f"--volume={bench.PROJECT / 'src/bench'}:/bench:ro",
                   f"--volume={directory / 'ca'}:/etc/rbs-spark/ca:ro", *[f"--env={key}={value}" for key, value in environment.items()],
                   image, "python3", f"/bench/{job}"]
        measured = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as run:
            for line in run.stdout:
                if line.startswith("@"):
                    requests = collections.Counter(kind(asked.popleft()) for _ in range(len(asked)))
                    measured.append({**json.loads(line[1:]), "requests": {one: requests[one] for one in KINDS}})
                    bench.say(json.dumps(measured[-1]))
            if run.wait():
                log.seek(0)
                raise SystemExit(f"bench: job '{job}': expected exit code 0, found {run.returncode}:\n{log.read()[-4000:]}")
        return measured


def kind(line):
    """That of a line of HAProxy's log: a verb of HTTP, or what S3 makes of it."""
    verb, source, target = line.split(" ", 2)
    path, _, query = target.partition("?")
    if verb == "GET" and path.strip("/").count("/") == 0:
        return "LIST"
    if verb == "PUT" and source != "-":
        return "COPY"
    return "BULK" if verb == "POST" and query.startswith("delete") else verb


@contextlib.contextmanager
def slow(directory, network, store, delay, lua, rules):
    """The proxy's endpoint and the lines of its log, until the end of the block. It is known to hold back each kind of request."""
    gateway = json.loads(bench.run("docker", "network", "inspect", network))[0]["IPAM"]["Config"][0]["Gateway"]
    port = 20000 + uuid.uuid4().int % 10000
    make_certificate(directory, gateway)
    (directory / "lua").write_text(LUA.format(delay=delay) + lua)
    hold = "http-request lua.hold" if delay else ""
    (directory / "cfg").write_text(PROXY.format(directory=directory, gateway=gateway, port=port, store=store, hold=hold, rules=rules))
    binary = STORES / "usr/sbin/haproxy"
    if not binary.exists():
        raise SystemExit(f"bench: file '{binary}': expected HAProxy, found none; run scripts/setup.sh --stores")
    libraries = {"LD_LIBRARY_PATH": str(STORES / "usr/lib/x86_64-linux-gnu")}
    asked = collections.deque()
    with subprocess.Popen([binary, "-db", "-f", directory / "cfg"], env=os.environ | libraries, stdout=subprocess.PIPE, text=True) as proxy:
        threading.Thread(target=lambda: asked.extend(line.rstrip("\n") for line in proxy.stdout), daemon=True).start()
        try:
            check(f"{store}:9000", f"{gateway}:{port}", delay)
            asked.clear()
            yield f"https://{gateway}:{port}", asked
        finally:
            proxy.terminate()


def make_certificate(directory, address):
    """The files 'pem' and 'ca/ca.crt'."""
    (directory / "ca").mkdir()
    key, certificate = directory / "key", directory / "ca/ca.crt"
    bench.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=bench", "-addext",
              f"subjectAltName=IP:{address}", "-keyout", key, "-out", certificate)
    (directory / "pem").write_text(certificate.read_text() + key.read_text())
    directory.chmod(0o755)


def check(store, proxy, delay):
    """Ends the benchmark unless each kind of request takes as many milliseconds longer through the proxy."""
    context = ssl._create_unverified_context()
    clients = (lambda: http.client.HTTPConnection(store, timeout=30)), (lambda: http.client.HTTPSConnection(proxy, timeout=30, context=context))
    wrong = []
    for kind, request in REQUESTS.items():
        # The quickest of ten in turn, because a busy machine and a store that has just started only add to it.
        direct, held = (min(times) for times in zip(*([seconds(client(), *request) for client in clients] for _ in range(10))))
        if not 0.9 * delay - 1 <= (held - direct) * 1000 <= delay + 20:
            wrong.append(f"{kind} {(held - direct) * 1000:.1f} ms")
    if wrong:
        raise SystemExit(f"bench: HAProxy: expected each request to be held back for {delay} ms, found {', '.join(wrong)}")


def seconds(connection, method, path, headers, body):
    deadline = time.monotonic() + 10
    while True:
        try:
            connection.connect()
            break
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise SystemExit(f"bench: address '{connection.host}:{connection.port}': expected a server, found none that listens")
            time.sleep(0.05)
    begin = time.monotonic()
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        connection.getresponse().read()
        return time.monotonic() - begin
