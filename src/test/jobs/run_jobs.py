"""
Runs the image's jobs one after another in this process, and so in one JVM. The argument is a JSON list of runs: a name, the
job's name, and variables that it gets besides the environment. Prints how each ended, by its name, as a JSON object.
"""

import contextlib
import io
import json
import os
import sys

sys.path.insert(0, "/opt/rbs-spark/jobs")

from bronze_ingest import BronzeIngest
from silver_transform import SilverTransform

JOBS = {job.name: job for job in (BronzeIngest, SilverTransform)}


def stop_spark():
    """A job that fails leaves this to the end of its process."""
    from pyspark import SparkContext

    if SparkContext._active_spark_context:
        SparkContext._active_spark_context.stop()


ended = {}
for name, job, variables in json.loads(sys.argv[1]):
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        exit_code = JOBS[job]({**os.environ, **variables}).run()
    ended[name] = {"exitCode": exit_code, "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}
    stop_spark()
print(json.dumps(ended))
