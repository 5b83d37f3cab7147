"""Overwrites Parquet files with one setting after the other. Prints a line of JSON after '@' when a step is over, and waits
around it, so that no request is of two steps."""

import json
import os
import time
import uuid

from pyspark.sql import SparkSession

ROWS = 200_000
spark = (
    SparkSession.builder.master("local[4]")
    .config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.hadoop.fs.s3a.impl.disable.cache", "true")  # each write with its own settings
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")


def step(name, setting, action):
    time.sleep(0.5)
    begin = time.monotonic()
    action()
    seconds = time.monotonic() - begin
    time.sleep(0.5)
    print("@" + json.dumps({"job": name, "setting": setting, "seconds": round(seconds, 1)}), flush=True)


def write(files, path, settings):
    frame = spark.range(0, ROWS, 1, files).selectExpr("id", "id % 7 k", "rand(1) a", "cast(id as string) s")
    frame.write.options(**settings).mode("overwrite").parquet(path)


def read(path, settings):
    assert spark.read.options(**settings).parquet(path).selectExpr("count(*)").collect()[0][0] == ROWS


for setting, settings in {"": {}, **json.loads(os.environ["SETTINGS"])}.items():
    base = f"s3a://{os.environ['BUCKET']}/{uuid.uuid4().hex}/silver/operations"
    step("", setting, lambda: write(20, base, settings))  # warms the JVM, and leaves what is overwritten
    step("overwrite 20 files", setting, lambda: write(20, base, settings))
    step("read 20 files", setting, lambda: read(base, settings))
    if os.environ["MORE"]:
        step("overwrite 40 files", setting, lambda: write(40, base, settings))
