"""What both jobs share: the checks before any work, the Spark session, their days one by one, and how they end."""

import json
import os
import re
import subprocess
import sys
import time

from days import Days
from settings import Settings

# Seconds. Each of preflight's checks lasts 30 at most, and all take a few; a small share of a CPU makes it more.
PREFLIGHT_LIMIT = 120
# Warnings without a remedy: there is no native Hadoop in the image, S3A has no metrics file, which committer writes below
# a run's own directory does not matter, and S3A takes an upload for pending that has ended.
NOISE = [
    "org.apache.hadoop.util.NativeCodeLoader",
    "org.apache.hadoop.metrics2.impl.MetricsConfig",
    "org.apache.hadoop.fs.s3a.commit.AbstractS3ACommitterFactory",
    "org.apache.hadoop.fs.s3a.S3AInstrumentation",
]


class Failed(Exception):
    """Why the job cannot do its work, and what to do about it."""

    def __init__(self, cause, remedy):
        super().__init__(cause)
        self.cause, self.remedy = cause, remedy


class Job:
    """One run of a job. A subclass has a name, takes its settings and does the work."""

    def __init__(self, environment):
        self.environment = environment
        self._settings = Settings(environment)
        self.days = Days(self._settings)
        self.configure(self._settings)

    def configure(self, settings):
        """Takes what the job needs from the environment."""
        raise NotImplementedError

    def work(self):
        """Does the job's work, and returns the day's report, or each day's by each()."""
        raise NotImplementedError

    def each(self, days, work):
        """
        Does the work of each day, also after one that fails, and says how each ended.

        :param work: takes a day, and returns a report: its date, what to say of it, rows, bytes, seconds and run
        :returns: the reports
        :raises Failed: if a day failed
        """
        reports, failures = [], []
        for number, day in enumerate(days, 1):
            started = time.monotonic()
            try:
                report = {"job": self.name, "date": day, **work(day)}
            except Exception as e:
                if len(days) == 1:
                    raise
                failures.append(as_failed(e))
                self.complain(f"{day}: failed: {one_line(failures[-1].cause)}", f"remedy: {one_line(failures[-1].remedy)}")
                continue
            reports.append({**report, "seconds": round(time.monotonic() - started, 1)})
            if len(days) > 1:
                self.say(f"{day}: {number} of {len(days)} days: {report['said']}")
        if failures:
            cause = f"{len(failures)} of {len(days)} days; the first: {failures[0].cause}"
            raise Failed(cause, f"{failures[0].remedy}; the other days are done")
        return reports

    def expire(self, lake, done, more=0):
        """Removes the days that are too old to keep, or says which they are."""
        days = self.days.expired(done, more)
        for day in days:
            if not self.days.dry_run:
                lake.remove(day)
        if days:
            would = "would remove" if self.days.dry_run else "removed"
            self.say(f"KEEP_DAYS: {would} {len(days)} days up to {days[-1]} from {lake.path}")

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
            reports = self.work()
            seconds = round(time.monotonic() - started, 1)
            self.say(f"OK: {said(reports)} ({seconds} s)")
            # For programs, the last line of a run that has ended well.
            print(json.dumps({**summary(reports), "seconds": seconds}), flush=True)
            return 0
        except Exception as e:
            failed = as_failed(e)
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
            raise Failed(f"rbs-preflight: no result within {PREFLIGHT_LIMIT} s", "look at the load of the node") from None
        if result.returncode not in (0, 1):
            raise Failed(f"rbs-preflight: {result.stderr}", "correct what it says")
        for check in json.loads(result.stdout)["checks"]:
            if check["status"] == "FAIL":
                raise Failed(f"{check['check']}: {check['cause']}", check["remedy"])

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


def place_checks(path, table):
    """Preflight's option for where a job writes."""
    return [f"--catalog={table}" if table else f"--s3={path}"]


def report(committed, said):
    """A day's, for each(): what to say of it, and what its _COMMITTED says."""
    size = sum(file["bytes"] for file in committed["files"])
    return {"said": said, "rows": committed["rows"], "bytes": size, "run": committed["run"]}


def said(reports):
    """What the last line but one says of a run."""
    if len(reports) == 1:
        return f"{reports[0]['date']}: {reports[0]['said']}"
    return f"{len(reports)} days from {reports[0]['date']} to {reports[-1]['date']}: {sum(r['rows'] for r in reports)} rows"


def summary(reports):
    """A report of all: that of the day, or the sums with the days' own reports."""
    plain = [{name: value for name, value in report.items() if name != "said"} for report in reports]
    if len(plain) == 1:
        return plain[0]
    sums = {name: sum(report[name] for report in plain) for name in ("rows", "bytes")}
    date = f"{plain[0]['date']}..{plain[-1]['date']}"
    return {"job": plain[0]["job"], "date": date, **sums, "run": None, "days": plain}


def as_failed(e):
    """An exception as a failure with a remedy."""
    if isinstance(e, Failed):
        return e
    return Failed(message(e), "see what Spark wrote above this; a run that failed changed nothing, so run it again")


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
