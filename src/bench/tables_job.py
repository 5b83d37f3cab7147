"""Writes to a table of the catalog 'lake' and to Parquet by turns, plans a query of one of a thousand days of each, and runs the
image's jobs with each. Prints a line of JSON after '@' when a step is over, and waits around it, so that no request is of two
steps."""

import concurrent.futures
import json
import os
import subprocess
import sys
import time
import uuid

import boto3
from pyspark.sql import SparkSession

DAYS, FILES = 1000, 200
LAKE = uuid.uuid4().hex
spark = SparkSession.builder.master("local[4]").config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"]).getOrCreate()
spark.sparkContext.setLogLevel("ERROR")


def step(round, name, action):
    time.sleep(0.5)
    begin = time.monotonic()
    action()
    seconds = time.monotonic() - begin
    time.sleep(0.5)
    print("@" + json.dumps({"round": round, "name": name, "seconds": float(f"{seconds:.2f}")}), flush=True)


def rows(files):
    return spark.range(0, files * 10, 1, files).selectExpr("id", "cast(id as string) text")


def plan(frame):
    """All that is done before the first task: the files that are read are known then."""
    tasks = frame.where("day = date'2024-06-01'")._jdf.queryExecution().toRdd().getNumPartitions()
    assert tasks == 1, tasks


def thousand_days():
    """A directory for each day, with a file of one content, put there without Spark, and a table of the same files."""
    store = boto3.client("s3", endpoint_url="http://s3:9000", region_name="us-east-1")
    bucket, prefix = os.environ["BUCKET"], f"{LAKE}/days"
    spark.range(10).coalesce(1).write.parquet(f"s3a://{bucket}/{LAKE}/one")
    keys = [found["Key"] for found in store.list_objects_v2(Bucket=bucket, Prefix=f"{LAKE}/one/part-")["Contents"]]
    content = store.get_object(Bucket=bucket, Key=keys[0])["Body"].read()
    days = [row.day for row in spark.sql(f"select explode(sequence(date'2022-01-01', date'2022-01-01' + {DAYS - 1})) day").collect()]
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda day: store.put_object(Bucket=bucket, Key=f"{prefix}/day={day}/part.parquet", Body=content), days))
    spark.sql("create table lake.bench.days (id bigint, day date) using iceberg partitioned by (day)")
    spark.sql(f"call lake.system.add_files('bench.days', '`parquet`.`s3a://{bucket}/{prefix}`')")
    return f"s3a://{bucket}/{prefix}"


def planned_in_table():
    spark.sql("refresh table lake.bench.days")
    plan(spark.table("lake.bench.days"))


def jobs(round):
    """Each as it is started by a Job. In the first round there is nothing to replace or to merge with."""
    places = {
        "path": {"BRONZE_PATH": f"s3a://{os.environ['BUCKET']}/{LAKE}/bronze", "SILVER_PATH": f"s3a://{os.environ['BUCKET']}/{LAKE}/silver"},
        "table": {"BRONZE_TABLE": "lake.bench.bronze", "SILVER_TABLE": "lake.bench.silver"},
    }
    for job in "bronze_ingest", "silver_transform":
        for kind, variables in places.items():
            run = [sys.executable, f"/opt/rbs-spark/jobs/{job}.py"]
            env = {**os.environ, **variables, "BUSINESS_DATE": "2024-12-27"}
            step(round, f"{job} into a {kind}", lambda: subprocess.run(run, env=env, stdout=sys.stderr, check=True))


spark.sql("create namespace lake.bench")
spark.sql("create table lake.bench.rows (id bigint, text string) using iceberg")
folders = thousand_days()
for round in range(-1, int(os.environ["ROUNDS"])):  # the first one warms the JVM
    jobs(round)
    for files in (1, FILES):
        step(round, f"table, {files} files", lambda: rows(files).writeTo("lake.bench.rows").append())
        step(round, f"Parquet, {files} files", lambda: rows(files).write.parquet(f"s3a://{os.environ['BUCKET']}/{uuid.uuid4().hex}"))
    step(round, "table, a day of 1,000", planned_in_table)
    step(round, "folders, a day of 1,000", lambda: plan(spark.read.parquet(folders)))
