"""Writes 200 files with one committer after the other, and prints what each took: a line of JSON each."""

import json
import os
import re
import time
import uuid

from pyspark.sql import SparkSession

FILES = 200
CLASSIC = "org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol"
CLOUD = "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol"
FACTORY = "mapreduce.outputcommitter.factory.scheme.s3a"
S3A = "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory"
# The first is what phase0 does, with Spark's and Hadoop's own defaults, and the last what phase1 and prod do.
COMMITTERS = {
    "file (phase0)": (CLASSIC, "org.apache.parquet.hadoop.ParquetOutputCommitter", {FACTORY: "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory"}),
    "directory": (CLOUD, "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter", {FACTORY: S3A, "fs.s3a.committer.name": "directory"}),
    "S3A's magic": (CLOUD, "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter", {FACTORY: S3A}),
    "the image's magic (phase1, prod)": (CLOUD, "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter", {}),
}
LOG = "/tmp/writer.log"

spark = SparkSession.builder.master("local[4]").config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"]).getOrCreate()
spark.sparkContext.setLogLevel("ERROR")

# Spark says itself how long a job's commit took.
log4j = spark._jvm.org.apache.logging.log4j
context = log4j.LogManager.getContext(False)
layout = log4j.core.layout.PatternLayout.newBuilder().withPattern("%m%n").build()
appender = log4j.core.appender.FileAppender.newBuilder().setName("writer").withFileName(LOG).setLayout(layout).build()
appender.start()
logger = "org.apache.spark.sql.execution.datasources.FileFormatWriter"
configuration = log4j.core.config.LoggerConfig(logger, log4j.Level.INFO, False)
configuration.addAppender(appender, log4j.Level.INFO, None)
context.getConfiguration().addLogger(logger, configuration)
context.updateLoggers()


def write(name, files):
    protocol, parquet, settings = COMMITTERS[name]
    spark.conf.set("spark.sql.sources.commitProtocolClass", protocol)
    spark.conf.set("spark.sql.parquet.output.committer.class", parquet)
    begin = time.monotonic()
    spark.range(0, files * 10, 1, files).write.options(**settings).parquet(f"s3a://{os.environ['BUCKET']}/{uuid.uuid4().hex}")
    took = time.monotonic() - begin
    commits = re.findall(r"committed. Elapsed time: (\d+) ms", open(LOG).read())
    return {"name": name, "commit": int(commits[-1]) / 1000, "write": took}


for name in COMMITTERS:  # warms the JVM
    write(name, 4)
for _ in range(int(os.environ["ROUNDS"])):
    for name in COMMITTERS:
        print("@" + json.dumps(write(name, FILES)), flush=True)
