"""What both jobs share: their settings, the checks before any work, the Spark session, and how they end."""

import datetime
import json
import os
import re
import subprocess
import sys
import time

# Seconds. Each of preflight's checks lasts 10 at most, and the first that fails is the last of its chain.
PREFLIGHT_LIMIT = 25
# Warnings without a remedy: there is no native Hadoop in the image, S3A has no metrics file, and which committer
# writes below a run's own directory does not matter.
NOISE = [
    "org.apache.hadoop.util.NativeCodeLoader",
    "org.apache.hadoop.metrics2.impl.MetricsConfig",
    "org.apache.hadoop.fs.s3a.commit.AbstractS3ACommitterFactory",
]


class Failed(Exception):
    """Why the job cannot do its work, and what to do about it."""

    def __init__(self, cause, remedy):
        super().__init__(cause)
        self.cause, self.remedy = cause, remedy


class Settings:
    """The environment's variables, each with its expected form. Collects what is wrong with them."""

    def __init__(self, environment):
        self.environment = environment
        self.problems = []

    def text(self, name, expected, pattern=r"(?s).+", default=None):
        """A variable that matches the pattern as a whole."""
        value = self.environment.get(name) or default
        if value is None:
            self.problems.append(f"{name}: expected {expected}, found nothing")
        elif not re.fullmatch(pattern, value):
            shown = re.sub(r"//.*@", "//***@", value)
            self.problems.append(f"{name} {shown!r}: expected {expected}, found something else")
        return value

    def secret(self, name, expected):
        """A variable whose value is never printed."""
        value = self.environment.get(name, "")
        if not value:
            self.problems.append(f"{name}: expected {expected}, found nothing")
        elif re.search(r"[\r\n]", value):
            self.problems.append(f"{name}: expected {expected}, found a line break in it; encode it without one")
        return value

    def number(self, name, lowest, highest, default):
        expected = f"a whole number from {lowest} to {highest}"
        value = self.text(name, expected, r"[0-9]{1,9}", str(default))
        if re.fullmatch("[0-9]{1,9}", value) and not lowest <= int(value) <= highest:
            self.problems.append(f"{name} {value!r}: expected {expected}, found another")
        return value

    def path(self, name):
        value = self.text(name, "s3a://BUCKET/PREFIX", r"s3a://[a-z0-9][a-z0-9.-]*/[^\s?#*{}\[\]]*[^\s?#*{}\[\]/]/?")
        return value and value.rstrip("/")

    def date(self, name):
        """A day of UTC; yesterday if it is not given."""
        today = datetime.datetime.now(datetime.timezone.utc).date()
        value = self.environment.get(name) or str(today - datetime.timedelta(days=1))
        expected = "a date of UTC as YYYY-MM-DD, or nothing for yesterday"
        try:
            date = datetime.datetime.strptime(value, "%Y-%m-%d").date()
            if str(date) != value:
                raise ValueError(value)
            if date > today:
                self.problems.append(f"{name} '{value}': expected {expected}, found a day of the future")
            return date
        except ValueError:
            hint = "; Kubernetes runs no $(command) in a value: leave it empty" if re.search(r"[$`]", value) else ""
            self.problems.append(f"{name} {value!r}: expected {expected}, found something else{hint}")
            return None

    def store(self):
        """Where the objects are, and the keys, which S3A takes from the environment itself."""
        self.secret("AWS_ACCESS_KEY_ID", "the store's access key")
        self.secret("AWS_SECRET_ACCESS_KEY", "the store's secret key")
        return self.text("S3_ENDPOINT", "http(s)://HOST[:PORT]", r"https?://[^/\s?#@]+/?")


class Job:
    """One run of a job. A subclass has a name, takes its settings and does the work."""

    def __init__(self, environment):
        self.environment = environment
        self._settings = Settings(environment)
        self.configure(self._settings)

    def configure(self, settings):
        """Takes what the job needs from the environment."""
        raise NotImplementedError

    def work(self):
        """Does the job's work, and returns what the last line says of it."""
        raise NotImplementedError

    def run(self):
        """
        Runs the job to its end and returns its exit code: 0 if it has done its work; 2 if settings are wrong, with all
        of them named; else 1, with cause and remedy as the last lines.
        """
        problems = self._settings.problems
        if problems:
            self.complain(*problems, f"FAILED: {len(problems)} settings; correct the Job's environment")
            return 2
        started = time.monotonic()
        self.quieten()
        try:
            self.say(f"OK: {self.work()} ({time.monotonic() - started:.1f} s)")
            return 0
        except Failed as e:
            failed = e
        except Exception as e:
            remedy = "see what Spark wrote above this; a run that failed changed nothing, so run it again"
            failed = Failed(message(e), remedy)
        self.complain(f"FAILED: {one_line(failed.cause)}", f"remedy: {one_line(failed.remedy)}")
        return 1

    def say(self, text):
        print(f"{self.name}: {text}", flush=True)

    def complain(self, *lines):
        for line in lines:
            print(f"{self.name}: {line}", file=sys.stderr, flush=True)

    def quieten(self):
        """
        Under spark-submit this Python is a child of the JVM, which would log what it does and still write after the
        last line. LOG_LEVEL=INFO shows it.
        """
        if self.submitted():
            self.set_log_level(gateway().jvm)

    def submitted(self):
        """Whether spark-submit runs this."""
        return "PYSPARK_GATEWAY_PORT" in self.environment

    def set_log_level(self, jvm):
        log4j = jvm.org.apache.logging.log4j
        level = log4j.Level.toLevel(self.environment.get("LOG_LEVEL") or "WARN", log4j.Level.WARN)
        log4j.core.config.Configurator.setRootLevel(level)
        for name in NOISE:
            log4j.core.config.Configurator.setLevel(name, log4j.Level.ERROR)

    def preflight(self, endpoint, *ways):
        """
        Checks the same paths as the job takes before Spark is loaded, with preflight, which knows what can stop them
        and what to do about it.

        :raises Failed: for the first thing that does not hold
        """
        command = ["rbs-preflight", "--json", "--no-image", *ways]
        for name, value in {**self.s3a_options(), "spark.hadoop.fs.s3a.endpoint": endpoint}.items():
            command.append(f"--conf={name}={value}")
        failed = self.inspect(command)
        if failed and "no result within" in failed.cause:
            # The processor may have too much to do, so it is asked once more.
            failed = self.inspect(command)
        if failed:
            raise failed

    def inspect(self, command):
        """What the first check that fails says; None if all hold."""
        try:
            result = subprocess.run(
                command,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                universal_newlines=True,
                timeout=PREFLIGHT_LIMIT,
            )
        except subprocess.TimeoutExpired:
            return Failed(f"rbs-preflight: no result within {PREFLIGHT_LIMIT} s", "look at the load of the node")
        if result.returncode not in (0, 1):
            return Failed(f"rbs-preflight: {result.stderr}", "correct what it says")
        for check in json.loads(result.stdout)["checks"]:
            if check["status"] == "FAIL":
                return Failed(f"{check['check']}: {check['cause']}", check["remedy"])
        return None

    def s3a_options(self):
        """S3A's options of spark-submit, which hold for the checks, too. No keys: others see a command's arguments."""
        if not self.submitted():
            return {}
        from pyspark import SparkConf

        return {
            name: value
            for name, value in SparkConf().getAll()
            if name.startswith("spark.hadoop.fs.s3a.") and not re.search("key|secret|token|password", name)
        }

    def session(self, endpoint):
        """Spark with the time zone and the timestamps of the jobs' data: UTC, microseconds."""
        from pyspark.sql import SparkSession

        spark = (
            SparkSession.builder.appName(self.name)
            .config("spark.hadoop.fs.s3a.endpoint", endpoint)
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
        self.set_log_level(spark._jvm)
        return spark


def one_line(text):
    return " ".join(text.split())[:1000]


def message(e):
    """The words of the exception that caused this one, be it Python's or the JVM's."""
    cause = getattr(e, "java_exception", None)
    if cause is None:
        return str(e) or repr(e)
    while cause.getCause() is not None:
        cause = cause.getCause()
    text = cause.toString().split("\n\tat ")[0]
    # Of a Python worker's exception, what comes after its frames.
    return re.sub(r"\A(  .*\n)*", "", text.split("Traceback (most recent call last):\n")[-1])


def gateway():
    from pyspark import SparkContext

    SparkContext._ensure_initialized()
    return SparkContext._gateway
