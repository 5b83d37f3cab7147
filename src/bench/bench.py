"""Measures this project's image beside one of the same pins by a Dockerfile; scripts/bench.sh runs it, see its --help."""

import argparse
import contextlib
import datetime
import functools
import hashlib
import http.server
import importlib
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

import report

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BENCH = PROJECT / "target/bench"
NAME = f"rbs-bench-{uuid.uuid4().hex[:8]}"
ROWS = 1_000_000
LIMIT_SECONDS = 900
# The later versions that a bump goes to.
POSTGRESQL, BOTO3 = "42.6.1", "1.34.1"
# The modules that measure S3A: docs/store.md has their tables, and docs/lake.md that of the last.
STORE = ("commit", "faults", "request_counts", "s3a", "tables")
# What docs/speed.md tells short jobs to set.
SHORT = {"SPARK_SHORT_JOB": "true"}
# What Spark opens to itself on Java 17, as far as an executor needs it to register.
OPENED = ["java.lang", "java.lang.invoke", "java.io", "java.net", "java.nio", "java.util", "java.util.concurrent", "sun.nio.ch"]


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(*command, cwd=PROJECT, env=None):
    """Standard output of a command that ends with 0; anything else ends the benchmark with what it wrote."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**os.environ, **(env or {})}, timeout=LIMIT_SECONDS,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
    )
    if done.returncode:
        raise SystemExit(f"bench: command '{' '.join(map(str, command))}': expected exit code 0, found {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def maven(*arguments, cwd=PROJECT, env=None):
    # Maven ends with a colour's escape even without colours.
    return re.sub(r"\x1b\[[0-9;]*m", "", run("mvn", "-q", "-B", *arguments, cwd=cwd, env=env))


def clean_up_when_killed():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(1))


def sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def replace(file, old, new):
    """Changes a file, and beside it first: a hard link to it elsewhere keeps what it has."""
    text = file.read_text()
    if not re.search(old, text):
        raise SystemExit(f"bench: file '{file}': expected '{old}' in it, found none; adapt {__file__}")
    part = file.with_name(file.name + ".part")
    part.write_text(re.sub(old, new, text, count=1))
    part.replace(file)


class Mirror:
    """The downloads of both builds, at a port of the loopback interface."""

    def __init__(self, stack, directory):
        self.jars, self.wheels = directory / "jars", directory / "wheels"
        self.jars.mkdir(parents=True)
        self.wheels.mkdir()
        handler = functools.partial(QuietHandler, directory=directory)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}"

    def fill(self, pins):
        groups = {"aws-java-sdk-bundle": "com.amazonaws", "hadoop-aws": "org.apache.hadoop", "postgresql": "org.postgresql"}
        for name, version in [*pins.jars(), ("postgresql", POSTGRESQL)]:
            group = groups[name]
            maven("dependency:copy", f"-Dartifact={group}:{name}:{version}", f"-DoutputDirectory={self.jars}")
        wheels = maven("help:evaluate", "-Dexpression=wheels.directory", "-DforceStdout").strip()
        for wheel in pathlib.Path(wheels).glob("*.whl"):
            (self.wheels / wheel.name).symlink_to(wheel)
        run("python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
            f"--dest={self.wheels}", f"boto3=={BOTO3}")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Registry:
    """A registry of its own for one series of pushes, that counts what it has got."""

    def __init__(self, stack, directory):
        directory.mkdir(parents=True)
        self.storage, log = directory / "storage", directory / "log"
        (directory / "config.yml").write_text(json.dumps({
            "version": 0.1, "log": {"accesslog": {"disabled": True}}, "http": {"addr": "127.0.0.1:0"},
            "storage": {"filesystem": {"rootdirectory": str(self.storage)}}}))
        binary = shutil.which("docker-registry") or PROJECT / ".tools/usr/bin/docker-registry"
        with open(log, "w") as output:
            process = subprocess.Popen([binary, "serve", directory / "config.yml"], stdout=output, stderr=output)
        stack.callback(shutil.rmtree, directory)
        stack.callback(process.wait)
        stack.callback(process.kill)
        deadline = time.monotonic() + 30
        while not (port := re.search(r"listening on 127\.0\.0\.1:(\d+)", log.read_text())):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"bench: docker-registry: expected it to listen, found:\n{log.read_text()}")
            time.sleep(0.02)
        self.repository = f"localhost:{port[1]}/{NAME}"

    def bytes(self):
        return sum(file.stat().st_size for file in self.storage.glob("docker/registry/v2/blobs/sha256/*/*/data"))

    def digest(self, tag):
        link = self.storage / f"docker/registry/v2/repositories/{NAME}/_manifests/tags/{tag}/current/link"
        return link.read_text().split(":")[1]

    def layers(self, tag):
        """The compressed sizes of an image's layers."""
        digest = self.digest(tag)
        manifest = self.storage / f"docker/registry/v2/blobs/sha256/{digest[:2]}/{digest}/data"
        return [layer["size"] for layer in json.loads(manifest.read_text())["layers"]]


class Pins:
    """The inputs of one build, in a directory of their own: what is bumped, is bumped in both ways to build."""

    def __init__(self, directory):
        self.directory = directory
        for name in run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
            if (PROJECT / name).is_file():
                (directory / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, directory / name)
        for name in (".base", ".tools"):
            if (PROJECT / name).exists():
                shutil.copytree(PROJECT / name, directory / name, copy_function=os.link, dirs_exist_ok=True)
        self.pom, self.lock = directory / "pom.xml", directory / "python-requirements.txt"
        self.checksums = directory / ".mvn/checksums/checksums.sha256"
        jobs = sorted((directory / "src/main/jobs").glob("*.py"))
        self.job_file = jobs[0] if jobs else directory / "src/main/jib/etc/pip.conf"

    def jars(self):
        """Each JAR of the image with its version."""
        properties = {"aws-java-sdk-bundle": "image.aws-sdk", "hadoop-aws": "image.hadoop", "postgresql": "image.postgresql"}
        text = self.pom.read_text()
        return [(name, re.search(rf"<{prefix}\.version>(.*?)<", text)[1]) for name, prefix in properties.items()]

    def bump(self, what, mirror):
        if what == "postgresql":
            replace(self.pom, r"<image\.postgresql\.version>.*<", f"<image.postgresql.version>{POSTGRESQL}<")
            jar = f"postgresql-{POSTGRESQL}.jar"
            replace(self.checksums, r"\Z", f"{sha256(mirror.jars / jar)}  org/postgresql/postgresql/{POSTGRESQL}/{jar}\n")
        elif what == "boto3":
            wheel = next(mirror.wheels.glob(f"boto3-{BOTO3}-*.whl"))
            replace(self.lock, r"boto3==[^\\]*(\\\n +--hash=\S+ ?)+", rf"boto3=={BOTO3} \\\n    --hash=sha256:{sha256(wheel)}")
        elif what == "job file":
            replace(self.job_file, r"\Z", "\n# one line more\n")


class Ours:
    """mvn package jib:build, with caches of its own but for the base, which the engine of the other way has, too."""

    def __init__(self, pins, caches, reference, base_cache):
        self.pins = pins
        self.options = [
            "-Dmaven.test.skip=true", "-Djib.allowInsecureRegistries=true",
            f"-Dwheels.directory={caches / 'wheels'}", f"-Darchive.directory={caches / 'archive'}", f"-Djib.baseImageCache={base_cache}", f"-Dbase.image={reference}",
        ]

    def build_and_push(self, registry, mirror, tag, cold):
        del cold  # its caches are empty then
        maven("package", "jib:build", *self.options, f"-Dimage.repository={registry.repository}", f"-Dimage.tag={tag}", cwd=self.pins.directory,
              env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": mirror.url + "/wheels/"})


class ByDockerfile:
    """docker build and docker push."""

    def __init__(self, pins, context, base, stack):
        self.pins, self.context, self.base = pins, context, base
        self.names = set()
        stack.callback(self.forget)

    def build(self, mirror, name, cold):
        shutil.rmtree(self.context, ignore_errors=True)
        shutil.copytree(self.pins.directory / "src/main/jib", self.context / "files")
        for program in (self.context / "files/usr/local/bin").glob("*"):
            program.chmod(0o755)
        if (jobs := self.pins.directory / "src/main/jobs").exists():
            shutil.copytree(jobs, self.context / "files/opt/rbs-spark/jobs")
        shutil.copy2(self.pins.lock, self.context)
        jars = " ".join(f"{name}-{version}.jar" for name, version in self.pins.jars())
        self.engine(name, cold, f"--file={PROJECT / 'src/bench/Dockerfile'}", f"--build-arg=BASE={self.base}", f"--build-arg=MIRROR={mirror.url}",
                    f"--build-arg=JARS={jars}", f"--tag={name}", str(self.context))

    def engine(self, name, cold, *options):
        self.names.add(name)
        run("docker", "build", "--quiet", "--network=host", "--force-rm", *(["--no-cache"] if cold else []), *options, env={"DOCKER_BUILDKIT": "0"})

    def push(self, name):
        run("docker", "push", "--quiet", name)

    def build_and_push(self, registry, mirror, tag, cold):
        name = f"{registry.repository}:{tag}"
        self.build(mirror, name, cold)
        self.push(name)

    def forget(self):
        """Images of its own only: removing the name removes the steps that nobody else has."""
        for name in self.names:
            subprocess.run(["docker", "rmi", "--force", name], capture_output=True)
        self.names.clear()


class ByBuildah(ByDockerfile):
    """buildah build and buildah push of the same Dockerfile, with a storage of its own, in which the base is already."""

    def __init__(self, pins, context, reference, stack):
        super().__init__(pins, context, reference, stack)
        self.storage = context.with_name("buildah")
        stack.callback(self.buildah, "rm", "--all")
        self.buildah("pull", "--quiet", "--tls-verify=false", reference)

    def buildah(self, *command):
        root, state = self.storage / "root", self.storage / "state"
        return run("buildah", f"--root={root}", f"--runroot={state}", "--storage-driver=overlay", *command)

    def engine(self, name, cold, *options):
        self.buildah("build", "--quiet", "--layers", "--isolation=chroot", "--network=host", "--pull=never",
                     *(["--no-cache"] if cold else []), *options)

    def push(self, name):
        self.buildah("push", "--quiet", "--tls-verify=false", name, f"docker://{name}")

    def forget(self):
        """Its storage goes with the directory of the pair."""


@contextlib.contextmanager
def loaded_base(stack, work):
    """The base, in the engine under a name of its own, and in a registry: its name here and its reference there."""
    tar, name = PROJECT / ".base/base.tar", f"{NAME}-base"
    if tar.exists():
        loaded = re.search(r"Loaded image(?: ID)?: (\S+)", run("docker", "load", "--input", tar))[1]
    else:
        loaded = maven("help:evaluate", "-Dexpression=base.image", "-DforceStdout").strip()
        run("docker", "pull", loaded)
    registry = Registry(stack, work / "registry-base")
    pushed = f"{registry.repository}:base"
    try:
        run("docker", "tag", loaded, name)
        run("docker", "tag", loaded, pushed)
        run("docker", "push", "--quiet", pushed)
        yield name, f"{registry.repository}@sha256:{registry.digest('base')}"
    finally:
        subprocess.run(["docker", "rmi", name, pushed], capture_output=True)


def base_layers(base):
    return len(json.loads(run("docker", "image", "inspect", base))[0]["RootFS"]["Layers"])


STEPS = {None: "cold", "nothing": "nothing changed", "postgresql": "postgresql bumped", "boto3": "boto3 bumped", "job file": "one job file changed"}


def measure_builds(pairs, work, mirror, base, reference, results, with_buildah):
    """(a) to (d). Per pair all ways build and push a series, each to an empty registry, in alternating order."""
    with contextlib.ExitStack() as stack:  # once, so that the base is there
        first = Pins(work / "first")
        Ours(first, work / "first-caches", reference, work / "base-cache").build_and_push(Registry(stack, work / "registry-first"), mirror, "first", cold=True)
    for pair in range(pairs):
        ways = {
            "ours": lambda pins, directory, stack: Ours(pins, directory / "caches", reference, work / "base-cache"),
            "dockerfile": lambda pins, directory, stack: ByDockerfile(pins, directory / "context", base, stack),
        }
        if with_buildah:
            ways["buildah"] = lambda pins, directory, stack: ByBuildah(pins, directory / "context", reference, stack)
        for way in sorted(ways, reverse=pair % 2 == 0):
            with contextlib.ExitStack() as stack:
                directory = pathlib.Path(tempfile.mkdtemp(prefix="pair-", dir=work))
                stack.callback(shutil.rmtree, directory)
                registry = Registry(stack, directory / "registry")
                pins = Pins(directory / "project")
                builder = ways[way](pins, directory, stack)
                tag = "cold"
                for bump, step in STEPS.items():
                    # A tag never gets a second content, here neither.
                    if bump not in (None, "nothing"):
                        tag = step.replace(" ", "-")
                    pins.bump(bump, mirror)
                    before, begin = registry.bytes(), time.monotonic()
                    builder.build_and_push(registry, mirror, tag, cold=bump is None)
                    seconds, uploaded = time.monotonic() - begin, registry.bytes() - before
                    results.add(f"{step}: build and push", "s", way, seconds)
                    results.add(f"{step}: uploaded", "bytes", way, uploaded)
                    say(f"pair {pair + 1}, {way}, {step}: {seconds:.1f} s, {uploaded:,} bytes")
                    if bump is None:
                        results.add("added compressed size", "bytes", way, sum(registry.layers(tag)[base_layers(base):]))


def container(image, *command, options=(), env=None):
    """Runs a command in a container; seconds to its end, and to each '@name' that it printed, or the number after it."""
    name = f"{NAME}-{uuid.uuid4().hex[:8]}"
    variables = [f"--env={key}={value}" for key, value in (env or {}).items()]
    begin = time.time()
    try:
        output = run("docker", "run", "--rm", "--name", name, "--volume", f"{PROJECT / 'src/bench'}:/bench:ro", *options, *variables, image, *command)
    finally:
        subprocess.run(["docker", "rm", "--force", name], capture_output=True)
    found = {key: float(value) for key, value in re.findall(r"^@(\w+) (\S+)", output, re.M)}
    return {"end": time.time() - begin, **{key: value - begin if value > 1e9 else value for key, value in found.items()}}


def executor_start(driver, image, network):
    """Seconds from the start of an executor's container, as Spark on Kubernetes makes it, to its registration with a driver."""
    name = f"{NAME}-{uuid.uuid4().hex[:8]}"
    begin_driver = ["docker", "run", "--rm", "--name", f"{name}-driver", f"--network={network}", "--network-alias=driver", "--hostname=driver",
                    "--volume", f"{PROJECT / 'src/bench'}:/bench:ro", driver, "spark-submit", "--conf=spark.driver.port=7078", "/bench/registered.py"]
    environment = {"SPARK_DRIVER_URL": "spark://CoarseGrainedScheduler@driver:7078", "SPARK_EXECUTOR_ID": "1",
                   "SPARK_EXECUTOR_CORES": "1", "SPARK_EXECUTOR_MEMORY": "600m", "SPARK_APPLICATION_ID": "bench", "SPARK_EXECUTOR_POD_IP": "pod",
                   "SPARK_EXECUTOR_POD_NAME": "pod", "SPARK_RESOURCE_PROFILE_ID": "0"}
    environment |= {f"SPARK_JAVA_OPT_{i}": f"--add-opens=java.base/{name}=ALL-UNNAMED" for i, name in enumerate(OPENED)}
    try:
        with subprocess.Popen(begin_driver, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            lines = (line.split() for line in process.stdout)
            next((words for words in lines if words[:1] == ["@waiting"]), None)
            begin = time.time()
            run("docker", "run", "--detach", "--rm", "--name", name, f"--network={network}", "--network-alias=pod", "--hostname=pod",
                *(f"--env={key}={value}" for key, value in environment.items()), image, "executor")
            registered = next((float(words[1]) for words in lines if words[:1] == ["@registered"]), None)
    finally:
        subprocess.run(["docker", "rm", "--force", name, f"{name}-driver"], capture_output=True)
    if registered is None:
        raise SystemExit(f"bench: an executor of '{image}': expected it to register with its driver, found that the driver ended")
    return registered - begin


@contextlib.contextmanager
def scene(rows, *prefix, store="s3proxy", lake=False):
    """The tests' PostgreSQL and one of their S3 servers: a network and the variables of a job."""
    maven("test-compile", "dependency:copy@test-servers")
    BENCH.mkdir(parents=True, exist_ok=True)
    classpath = BENCH / "classpath"
    maven("dependency:build-classpath", f"-Dmdep.outputFile={classpath}")
    environment = {"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_CHECKS_DISABLE": "true", "TESTCONTAINERS_HOST_OVERRIDE": "localhost"}
    java = [*prefix, "java", f"-Ds3.server={store}", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"target/test-classes:target/classes:{classpath.read_text()}",
            "io.github.ldamasio.rbs.bench.BenchScene", str(rows), *(["lake"] if lake else [])]
    with subprocess.Popen(java, cwd=PROJECT, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            variables = {}
            while (line := process.stdout.readline()) != "\n":
                if not line:
                    raise SystemExit(f"bench: the servers: expected them to start, found exit code {process.wait()} and the error above")
                name, value = line.rstrip("\n").split("=", 1)
                variables[name] = value
            yield variables.pop("NETWORK"), variables
        finally:
            process.stdin.close()
            process.wait(60)


def measure_runs(pairs, images, results):
    """(e) and (f). The images take turns, and another one begins each time."""
    with scene(ROWS) as (network, variables):
        for pair in range(pairs):
            for way, (image, env) in sorted(images.items(), reverse=pair % 2 == 1):
                imported = container(image, "python3", "-c", "import pyarrow, boto3, psycopg2", options=["--network=none"])
                results.add("start to pyarrow, boto3, psycopg2 imported", "s", way, imported["end"])
                short = container(image, "spark-submit", "/bench/start.py", options=["--network=none"], env=env)
                results.add("start to first SQL result", "s", way, short["sql"])
                results.add("start to job end", "s", way, short["end"])
                say(f"pair {pair + 1}, {way}: import {imported['end']:.2f} s, job {short['end']:.1f} s")
                if env:
                    continue  # the switch is for short jobs' drivers
                results.add("executor start to registered", "s", way, executor_start(images["ours"][0], image, network))
                ingest = container(image, "spark-submit", "/bench/ingest.py", options=[f"--network={network}"],
                                   env={**env, **variables, "ROWS": str(ROWS), "PREFIX": uuid.uuid4().hex})
                results.add("ingest: rows a second", "1/s", way, ingest["rows_per_second"])
                results.add("ingest: peak memory", "MB", way, ingest["memory_mb"])
                say(f"pair {pair + 1}, {way}: {ingest['rows_per_second']:,.0f} rows a second")


def load(stack, directory):
    """The image that a build left, by its id; removed at the end, unless it was there."""
    image = (directory / "target/jib-image.id").read_text().strip()
    there = subprocess.run(["docker", "image", "inspect", image], capture_output=True).returncode == 0
    if not there:
        run("docker", "load", "--input", directory / "target/jib-image.tar")
        stack.callback(subprocess.run, ["docker", "rmi", "--force", image], capture_output=True)
    return image


def images(stack, work, mirror, base):
    """All that runs: by the Dockerfile, and ours without and with the short jobs' switch."""
    dockerfile = ByDockerfile(Pins(work / "dockerfile"), work / "context", base, stack)
    dockerfile.build(mirror, f"{NAME}:dockerfile", cold=False)
    ours = load(stack, PROJECT)
    return {"dockerfile": (f"{NAME}:dockerfile", {}), "ours": (ours, {}), "ours, short-job switch": (ours, SHORT)}


class Results:
    """Numbers by what was measured and which way; the pairs of one kind in their order."""

    def __init__(self):
        self.numbers, self.units = {}, {}

    def add(self, what, unit, way, value):
        self.units[what] = unit
        self.numbers.setdefault(what, {}).setdefault(way, []).append(value)

    def rows(self):
        for what, ways in self.numbers.items():
            other = ways.get("dockerfile")
            for way, values in ways.items():
                if other and way != "dockerfile":
                    pairs = zip(values, other) if len(other) == len(values) else [(values[0], statistics.median(other))]
                    # A push that finds everything sends no byte: two of them are even.
                    ratios = sorted(1.0 if a == b else a / b for a, b in pairs)
                    yield {
                        "what": what, "way": way, "unit": self.units[what], "ours": values, "dockerfile": other,
                        "min": ratios[0], "median": statistics.median(ratios), "max": ratios[-1],
                    }


def machine():
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) >> 20
    engine = run("docker", "version", "--format", "{{.Server.Version}}").strip()
    return f"{os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.release().split('-')[0]}, Docker {engine}"


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench.sh", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="how often each is measured (default: 5)")
    parser.add_argument("--quick", action="store_const", dest="pairs", const=1, help="one pair")
    parser.add_argument("--only", choices=["builds", "runs", *STORE], help="half of it, or what is measured of S3A, which is in no other run")
    parser.add_argument("--with-buildah", action="store_true", help="build the Dockerfile with buildah (Debian's package), too; needs root")
    parser.add_argument("--publish", action="store_true", help="renew the table and the chart in docs/, too")
    arguments = parser.parse_args()
    clean_up_when_killed()
    if arguments.only in STORE:  # of the image that is built, of whatever phase
        importlib.import_module(arguments.only).main()
        return
    maven("package", "-DskipTests")
    BENCH.mkdir(parents=True, exist_ok=True)
    results, begin = Results(), time.monotonic()
    with contextlib.ExitStack() as stack:
        work = pathlib.Path(tempfile.mkdtemp(prefix="work-", dir=BENCH))
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        mirror = Mirror(stack, work / "mirror")
        mirror.fill(Pins(work / "pins"))
        base, reference = stack.enter_context(loaded_base(stack, work))
        if arguments.only != "runs":
            measure_builds(arguments.pairs, work, mirror, base, reference, results, arguments.with_buildah)
        if arguments.only != "builds":
            measure_runs(arguments.pairs, images(stack, work, mirror, base), results)
    measured = {
        "date": datetime.date.today().isoformat(), "machine": machine(), "pairs": arguments.pairs,
        "command": " ".join(["scripts/bench.sh", *sys.argv[1:]]), "minutes": round((time.monotonic() - begin) / 60, 1),
        "rows": list(results.rows()),
    }
    (BENCH / "bench.json").write_text(json.dumps(measured, indent=1) + "\n")
    print(report.table(measured))
    if arguments.publish:
        report.publish(PROJECT, measured)


if __name__ == "__main__":
    main()
