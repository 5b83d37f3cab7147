"""Prints the digests of the Parquet data as Spark reads it."""

import os

from pyspark.sql import SparkSession

import digests

spark = (
    SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
digests.report(spark.read.parquet(os.environ["OUTPUT"]).select(digests.COLUMNS).orderBy("id").toLocalIterator())
spark.stop()
