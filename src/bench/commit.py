"""Measures how long S3A's committers take to commit a write of 200 files, with 10 ms added to each request.

    python3 src/bench/commit.py [ROUNDS]

Needs 'mvn -Pphase1 package' or 'mvn -Pprod package' and 'mvn dependency:copy@test-servers' before, docker, and haproxy
(Debian's package of that name) on the PATH. Prints a table: the median of the rounds, in seconds.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import uuid

PROJECT = pathlib.Path(__file__).resolve().parents[2]
NAME = f"rbs-commit-{uuid.uuid4().hex[:8]}"
JAR = PROJECT / "target/test-servers/s3proxy-jar-with-dependencies.jar"
SERVER = r"""
printf '%s\n' s3proxy.endpoint=http://0.0.0.0:9000 s3proxy.authorization=none jclouds.provider=transient \
  jclouds.identity=none jclouds.credential=none > /tmp/s3proxy.properties
exec java -Xmx2g -jar /s3proxy.jar --properties /tmp/s3proxy.properties
"""
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
  default_backend s3
backend s3
  server s3 {server}:9000
"""


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    if not JAR.exists():
        raise SystemExit(f"commit: '{JAR}': expected S3Proxy there; run 'mvn dependency:copy@test-servers'")
    image = (PROJECT / "target/jib-image.id").read_text().strip()
    if not succeeds("docker", "image", "inspect", image):
        run("docker", "load", "--input", PROJECT / "target/jib-image.tar")
    run("docker", "network", "create", "--internal", NAME)
    try:
        run("docker", "run", "--detach", f"--name={NAME}", f"--network={NAME}", f"--volume={JAR}:/s3proxy.jar:ro",
            image, "bash", "-c", SERVER)
        network = json.loads(run("docker", "network", "inspect", NAME))[0]
        gateway = network["IPAM"]["Config"][0]["Gateway"]
        server = next(iter(network["Containers"].values()))["IPv4Address"].split("/")[0]
        port = 20000 + os.getpid() % 10000
        with tempfile.TemporaryDirectory() as directory:
            configuration = pathlib.Path(directory, "haproxy.cfg")
            configuration.write_text(PROXY.format(gateway=gateway, port=port, server=server))
            proxy = subprocess.Popen(["haproxy", "-db", "-f", configuration])
            try:
                measure(image, f"http://{gateway}:{port}", rounds)
            finally:
                proxy.terminate()
                proxy.wait()
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", NAME, f"{NAME}-job"], capture_output=True)
        run("docker", "network", "rm", NAME)


def measure(image, endpoint, rounds):
    command = ["docker", "run", "--rm", f"--name={NAME}-job", f"--network={NAME}", f"--env=S3_ENDPOINT={endpoint}",
               "--env=AWS_ACCESS_KEY_ID=any", "--env=AWS_SECRET_ACCESS_KEY=any", f"--env=ROUNDS={rounds}",
               f"--volume={PROJECT / 'src/bench'}:/bench:ro", image, "spark-submit", "--driver-memory=2g", "/bench/commit_job.py"]
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode:
        raise SystemExit(f"commit: job: expected exit code 0, found {found.returncode}:\n{found.stderr[-4000:]}")
    lines = [json.loads(line[1:]) for line in found.stdout.splitlines() if line.startswith("@")]
    print("| committer | job commit | whole write |\n|---|---:|---:|")
    for name in dict.fromkeys(line["name"] for line in lines):
        commits, writes = ([line[key] for line in lines if line["name"] == name] for key in ("commit", "write"))
        print(f"| {name} | {statistics.median(commits):.2f} | {statistics.median(writes):.2f} |")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def succeeds(*command):
    return subprocess.run(command, capture_output=True).returncode == 0


if __name__ == "__main__":
    main()
