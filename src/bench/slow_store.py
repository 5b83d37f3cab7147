"""Runs a job that measures S3A, on the tests' S3 server with 10 ms added to each request."""

import json
import pathlib
import subprocess
import tempfile
import uuid

import bench

PROXY = """
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend slow
  bind {gateway}:{port}
  tcp-request inspect-delay 10ms
  tcp-request content accept if WAIT_END
  http-request return status 503 content-type application/xml string "<Error><Code>SlowDown</Code><Message>slow down</Message></Error>" if {{ rand(1000) lt {busy} }}
  default_backend s3
backend s3
  server s3 {s3}:9000
"""


def measure(job, rounds, busy_per_mille=0):
    """What the job prints, which is a line of JSON after '@' for each measurement; as many requests are answered with 503."""
    bench.clean_up_when_killed()
    port, name = 20000 + uuid.uuid4().int % 10000, f"{bench.NAME}-job"
    image = (bench.PROJECT / "target/jib-image.id").read_text().strip()
    with bench.scene(10) as (network, variables), tempfile.TemporaryDirectory() as directory:
        found = json.loads(bench.run("docker", "network", "inspect", network))[0]
        servers = (c for c in found["Containers"].values() if "s3proxy" in bench.run("docker", "inspect", c["Name"]))
        gateway, s3 = found["IPAM"]["Config"][0]["Gateway"], next(servers)["IPv4Address"].split("/")[0]
        configuration = pathlib.Path(directory, "haproxy.cfg")
        configuration.write_text(PROXY.format(gateway=gateway, port=port, s3=s3, busy=busy_per_mille))
        variables |= {"S3_ENDPOINT": f"http://{gateway}:{port}", "ROUNDS": str(rounds)}
        measured = []
        with subprocess.Popen(["haproxy", "-db", "-f", configuration]) as proxy:
            try:
                command = ["docker", "run", "--rm", f"--name={name}", f"--network={network}", f"--volume={bench.PROJECT / 'src/bench'}:/bench:ro",
                           *[f"--env={key}={value}" for key, value in variables.items()], image, "spark-submit", "--driver-memory=3g", f"/bench/{job}"]
                with open(pathlib.Path(directory, "log"), "w+") as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as run:
                    for line in run.stdout:
                        if line.startswith("@"):
                            bench.say(line[1:].strip())
                            measured.append(json.loads(line[1:]))
                    if run.wait():
                        log.seek(0)
                        raise SystemExit(f"bench: job '{job}': expected exit code 0, found {run.returncode}:\n{log.read()[-4000:]}")
            finally:
                subprocess.run(["docker", "rm", "--force", name], capture_output=True)
                proxy.terminate()
        return measured
