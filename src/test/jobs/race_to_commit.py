"""
Lets eight runs of a day commit at the same moment, and reads the day; three days. Then one more run replaces the last
day. Prints as JSON what the store does with a second conditional PUT of a key, and of each day how the runs ended, by
their names, the rows of each name that a reader finds, and the keys.
"""

import json
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, "/opt/rbs-spark/jobs")

import boto3
import botocore.exceptions
import lake_files
from job import Failed
from lake import Lake
from pyspark.sql import SparkSession

RUNS = 8
ROWS = 10
DAYS = ["2024-12-01", "2024-12-02", "2024-12-03"]


class Racer(Lake):
    """Its last step waits for the others."""

    def __init__(self, spark, path, start):
        super().__init__(spark, path)
        self._start = start

    def _create(self, name, content):
        self._start.wait()
        return super()._create(name, content)


def conditional():
    """Asked without the job's code: what a second PUT of a key answers."""
    client = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")
    condition = lambda params, **_: params["headers"].update({"If-None-Match": "*"})
    client.meta.events.register("before-call.s3.PutObject", condition)
    try:
        for _ in range(2):
            status = client.put_object(Bucket=lake_files.BUCKET, Key=prefix + "/asked", Body=b"asked")["ResponseMetadata"]
    except botocore.exceptions.ClientError as e:
        status = e.response["ResponseMetadata"]
    return status["HTTPStatusCode"]


def run(day, number, start, ended):
    lake = Racer(spark, path, start)
    try:
        replace(lake, day, number)
        ended[number] = "OK"
    except Failed as e:
        ended[number] = f"{e.cause}; {e.remedy}"
    except Exception as e:
        start.abort()
        ended[number] = repr(e)


def replace(lake, day, number):
    def write(directory):
        spark.range(ROWS).selectExpr(f"cast({number} as int) as run").write.parquet(directory)
        return [{"name": name, "bytes": size} for name, size in lake._files(directory).items()], ROWS

    lake.commit(day, write)


def race(day):
    ended = {}
    start = threading.Barrier(RUNS)
    racers = [threading.Thread(target=run, args=(day, number, start, ended)) for number in range(RUNS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return {"ended": ended, **seen(day)}


def seen(day):
    """Read without the job's code."""
    files = [f"s3a://{lake_files.BUCKET}/{key}" for key in lake_files.current(prefix, day)]
    found = spark.read.parquet(*files).groupBy("run").count().collect()
    return {
        "found": {row["run"]: row["count"] for row in found},
        "keys": [key[len(f"{prefix}/business_date={day}/") :] for key in lake_files.keys(f"{prefix}/business_date={day}/")],
    }


path = sys.argv[1]
prefix = urllib.parse.urlparse(path).path.strip("/")
spark = (
    SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.ui.showConsoleProgress", "false")
    .getOrCreate()
)
races = [race(day) for day in DAYS]
replace(Lake(spark, path), DAYS[-1], RUNS)
print(json.dumps({"second": conditional(), "races": races, "replaced": seen(DAYS[-1])}))
