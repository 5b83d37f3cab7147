"""Times S3A's phases under one setting after the other, in one JVM, each round in another order. Prints JSON lines."""

import json
import os
import random
import time
import uuid

from pyspark.sql import SparkSession

VARIANTS = {
    "as in the image": {},
    "the same again, which is the noise": {},
    "fast.upload.buffer bytebuffer": {"fs.s3a.fast.upload.buffer": "bytebuffer"},
    "fast.upload.buffer array": {"fs.s3a.fast.upload.buffer": "array"},
    "fast.upload.active.blocks 8": {"fs.s3a.fast.upload.active.blocks": "8"},
    "connection.maximum 200, threads.max 64": {"fs.s3a.connection.maximum": "200", "fs.s3a.threads.max": "64"},
    "input.fadvise random": {"fs.s3a.experimental.input.fadvise": "random"},
    "input.fadvise sequential": {"fs.s3a.experimental.input.fadvise": "sequential"},
    "readahead.range 1M": {"fs.s3a.readahead.range": "1M"},
    # Not the threshold: from there on S3A copies by parts, with a condition that the tests' S3 server answers with 412.
    "multipart.size 16M": {"fs.s3a.multipart.size": "16M"},
    "block.size 128M": {"fs.s3a.block.size": "128M"},
    "paging.maximum 1000": {"fs.s3a.paging.maximum": "1000"},
    "directory.marker.retention delete": {"fs.s3a.directory.marker.retention": "delete"},
    "committer algorithm 2": {"mapreduce.fileoutputcommitter.algorithm.version": "2"},
}

spark = (
    SparkSession.builder.master("local[4]")
    .config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.hadoop.fs.s3a.impl.disable.cache", "true")
    .config("spark.sql.sources.parallelPartitionDiscovery.threshold", "1000")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
big = spark.range(0, 1_500_000, 1, 2).selectExpr("id", *[f"rand({n}) c{n}" for n in range(5)]).cache()
small = spark.range(0, 10_000, 1, 12).selectExpr("id", "id % 7 k").cache()
assert big.count() == 1_500_000 and small.count() == 10_000


def measure(settings):
    base = f"s3a://{os.environ['BUCKET']}/{uuid.uuid4().hex}"
    seconds = {}

    def step(name, action):
        begin = time.monotonic()
        action()
        seconds[name] = time.monotonic() - begin

    def read(path):
        return spark.read.options(**settings).parquet(f"{base}/{path}")

    step("write 2 large files", lambda: big.write.options(**settings).parquet(f"{base}/big"))
    step("write 12 small files", lambda: small.write.options(**settings).parquet(f"{base}/small"))
    step("read all columns", lambda: read("big").selectExpr("sum(id + c0 + c1 + c2 + c3 + c4)").collect())
    step("read one column", lambda: read("big").selectExpr("sum(c3)").collect())
    step("list and read small files", lambda: read("small").selectExpr("sum(id)").collect())
    path = spark._jvm.org.apache.hadoop.fs.Path(base)  # the tests' S3 server keeps its objects in memory
    path.getFileSystem(spark._jsc.hadoopConfiguration()).delete(path, True)
    return seconds


random.seed(1)
for round in range(-1, int(os.environ["ROUNDS"])):  # the first one warms the JVM
    for name in random.sample(sorted(VARIANTS), len(VARIANTS)) if round >= 0 else list(VARIANTS)[:2]:
        print("@" + json.dumps({"round": round, "name": name, "seconds": measure(VARIANTS[name])}), flush=True)
