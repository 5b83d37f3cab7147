"""Prints the digest of a day's Parquet data as Spark reads it."""

import os
import sys

from pyspark.sql import SparkSession

import digests
import lake_files

spark = (
    SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
files = [f"s3a://{lake_files.BUCKET}/{key}" for key in lake_files.current(*sys.argv[1:])]
digests.show(*digests.total(spark.read.parquet(*files).select(digests.COLUMNS).toLocalIterator()))
spark.stop()
