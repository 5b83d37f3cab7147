"""Writes ROWS rows in four files, each over several parts of an upload, to a path. Arguments: the path, and who is
killed: none; task: an executor in the middle of a file, once; driver: the last file never ends, so that a test can kill the
driver when the others are done.
"""

import os
import signal
import sys
import time

import boto3
from pyspark import TaskContext
from pyspark.sql import SparkSession

FILES = 4
ROWS = 48_000
path, killed = sys.argv[1:]
store = {
    "endpoint_url": os.environ["S3_ENDPOINT"],
    "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
    "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
    "region_name": "us-east-1",
}
bucket, prefix = path.replace("s3a://", "").split("/", 1)


def rows(index, _):
    count = ROWS // FILES
    for i in range(count):
        if i == count * 3 // 4 and index == FILES - 1:
            if killed == "driver":
                signal.pause()
            if killed == "task" and TaskContext.get().attemptNumber() == 0:
                kill_executor()
        yield index * count + i, os.urandom(500).hex()


def kill_executor():
    """The JVM, as the kernel would if memory ran out; not before a part of this file is in the store."""
    s3 = boto3.client("s3", **store)
    deadline = time.monotonic() + 60
    while not any(f"part-0000{FILES - 1}" in one["Key"] for one in s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", [])):
        assert time.monotonic() < deadline, "no part of the file came to the store"
        time.sleep(0.1)
    with open(f"/proc/{os.getppid()}/stat") as daemon:
        os.kill(int(daemon.read().rsplit(")", 1)[1].split()[1]), signal.SIGKILL)


spark = SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", store["endpoint_url"]).getOrCreate()
data = spark.sparkContext.parallelize(range(FILES), FILES).mapPartitionsWithIndex(rows)
frame = spark.createDataFrame(data, "id long, text string")
frame.write.mode("overwrite").option("compression", "none").option("parquet.block.size", 1 << 20).parquet(path)
