"""Measures S3A's settings on the tests' S3 server with 10 ms added to each request and 1 % of them answered with 503.

    python3 src/bench/s3a.py [ROUNDS]

Needs 'mvn package -DskipTests' before, and haproxy (Debian's package of that name) on the PATH. Prints a table of
ratios to the image's own settings: the median of the rounds.
"""

import json
import pathlib
import statistics
import subprocess
import sys
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
  http-request return status 503 content-type application/xml string "<Error><Code>SlowDown</Code><Message>slow down</Message></Error>" if {{ rand(100) lt 1 }}
  default_backend s3
backend s3
  server s3 {s3}:9000
"""


def main():
    bench.clean_up_when_killed()
    rounds = sys.argv[1] if len(sys.argv) > 1 else "3"
    port = 20000 + uuid.uuid4().int % 10000
    image = (bench.PROJECT / "target/jib-image.id").read_text().strip()
    with bench.scene(10) as (network, variables), tempfile.TemporaryDirectory() as directory:
        found = json.loads(bench.run("docker", "network", "inspect", network))[0]
        servers = [c["Name"] for c in found["Containers"].values() if "s3proxy" in bench.run("docker", "inspect", c["Name"])]
        address = next(c["IPv4Address"] for c in found["Containers"].values() if c["Name"] in servers).split("/")[0]
        gateway = found["IPAM"]["Config"][0]["Gateway"]
        configuration = pathlib.Path(directory, "haproxy.cfg")
        configuration.write_text(PROXY.format(gateway=gateway, port=port, s3=address))
        with subprocess.Popen(["haproxy", "-db", "-f", configuration]) as proxy:
            try:
                variables["S3_ENDPOINT"] = f"http://{gateway}:{port}"
                command = ["docker", "run", "--rm", "--name", f"{bench.NAME}-s3a", f"--network={network}",
                           f"--volume={bench.PROJECT / 'src/bench'}:/bench:ro", f"--env=ROUNDS={rounds}",
                           *[f"--env={name}={value}" for name, value in variables.items()],
                           image, "spark-submit", "--driver-memory=3g", "/bench/s3a_job.py"]
                measured = []
                with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as job:
                    for line in job.stdout:
                        if line.startswith("@"):
                            measured.append(json.loads(line[1:]))
                            bench.say(line[1:].strip())
                if job.returncode:
                    raise SystemExit(f"s3a: job: expected exit code 0, found {job.returncode}")
            finally:
                subprocess.run(["docker", "rm", "--force", f"{bench.NAME}-s3a"], capture_output=True)
                proxy.terminate()
    print(table([one for one in measured if one["round"] >= 0]))


def table(measured):
    """Each setting's median ratio, round by round, to what the image has."""
    steps = list(measured[0]["seconds"])
    usual = {one["round"]: one["seconds"] for one in measured if one["name"] == "as in the image"}
    lines = ["| setting | " + " | ".join(steps) + " |", "|---|" + "---:|" * len(steps)]
    lines.append("| as in the image, seconds | " + " | ".join(f"{statistics.median(s[step] for s in usual.values()):.2f}" for step in steps) + " |")
    for name in sorted({one["name"] for one in measured} - {"as in the image"}):
        ratios = [statistics.median(one["seconds"][step] / usual[one["round"]][step] for one in measured if one["name"] == name) for step in steps]
        lines.append(f"| {name} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
