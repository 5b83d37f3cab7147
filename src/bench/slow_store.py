"""Runs a job on the tests' S3 server, behind HAProxy, which holds each request back and writes down what was asked."""

import contextlib
import http.client
import json
import pathlib
import subprocess
import tempfile
import time
import uuid

import bench

# An action on the request, and not 'inspect-delay' with WAIT_END: HAProxy ends that wait with the request's body, so that it
# holds back no request without one.
LUA = """
core.register_action("hold", {{"http-req"}}, function() core.msleep({delay}) end)
"""
PROXY = """
global
  lua-load {lua}
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
frontend slow
  bind {gateway}:{port}
  http-request lua.hold
  http-request return status 503 content-type application/xml string "<Error><Code>SlowDown</Code><Message>slow down</Message></Error>" if {{ rand(1000) lt {busy} }}
  default_backend s3
backend s3
  server s3 {s3}:9000
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


def measure(job, rounds, delay, busy_per_mille=0):
    """What the job prints, which is a line of JSON after '@' for each measurement. Each request waits for as many
    milliseconds; of a thousand as many are answered with 503."""
    bench.clean_up_when_killed()
    name = f"{bench.NAME}-job"
    image = (bench.PROJECT / "target/jib-image.id").read_text().strip()
    with bench.scene(10) as (network, variables), slow(network, delay, busy_per_mille) as endpoint, tempfile.TemporaryFile("w+") as log:
        variables |= {"S3_ENDPOINT": f"http://{endpoint}", "ROUNDS": str(rounds)}
        command = ["docker", "run", "--rm", f"--name={name}", f"--network={network}", f"--volume={bench.PROJECT / 'src/bench'}:/bench:ro",
                   *[f"--env={key}={value}" for key, value in variables.items()], image, "spark-submit", "--driver-memory=3g", f"/bench/{job}"]
        measured = []
        try:
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as run:
                for line in run.stdout:
                    if line.startswith("@"):
                        bench.say(line[1:].strip())
                        measured.append(json.loads(line[1:]))
                if run.wait():
                    log.seek(0)
                    raise SystemExit(f"bench: job '{job}': expected exit code 0, found {run.returncode}:\n{log.read()[-4000:]}")
        finally:
            subprocess.run(["docker", "rm", "--force", name], capture_output=True)
        return measured


@contextlib.contextmanager
def slow(network, delay, busy_per_mille):
    """Host and port of the proxy, which runs until the end of the block and is known to hold back each kind of request."""
    found = json.loads(bench.run("docker", "network", "inspect", network))[0]
    servers = (c for c in found["Containers"].values() if "s3proxy" in bench.run("docker", "inspect", c["Name"]))
    gateway, s3 = found["IPAM"]["Config"][0]["Gateway"], next(servers)["IPv4Address"].split("/")[0]
    port = 20000 + uuid.uuid4().int % 10000
    with tempfile.TemporaryDirectory() as directory:
        lua, configuration = pathlib.Path(directory, "hold.lua"), pathlib.Path(directory, "haproxy.cfg")
        lua.write_text(LUA.format(delay=delay))
        configuration.write_text(PROXY.format(lua=lua, gateway=gateway, port=port, s3=s3, busy=busy_per_mille))
        with subprocess.Popen(["haproxy", "-db", "-f", configuration]) as proxy:
            try:
                check(f"{s3}:9000", f"{gateway}:{port}", delay)
                yield f"{gateway}:{port}"
            finally:
                proxy.terminate()


def check(store, proxy, delay):
    """Ends the benchmark unless each kind of request takes as many milliseconds longer through the proxy."""
    wrong = []
    for kind, request in REQUESTS.items():
        # The quickest of five, because a busy machine only adds to it.
        direct, held = (min(seconds(address, *request) for _ in range(5)) for address in (store, proxy))
        if not 0.9 * delay <= (held - direct) * 1000 <= delay + 20:
            wrong.append(f"{kind} {(held - direct) * 1000:.1f} ms")
    if wrong:
        raise SystemExit(f"bench: HAProxy: expected each request to be held back for {delay} ms, found {', '.join(wrong)}")


def seconds(address, method, path, headers, body):
    deadline = time.monotonic() + 10
    while True:
        connection = http.client.HTTPConnection(address, timeout=30)
        try:
            connection.connect()
            break
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise SystemExit(f"bench: address '{address}': expected a server, found none that listens")
            time.sleep(0.05)
    begin = time.monotonic()
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        connection.getresponse().read()
        return time.monotonic() - begin
