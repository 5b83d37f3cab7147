"""Fails in a task, takes it and ends well, so that the exception is in Spark's log and nowhere else."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("caught").getOrCreate()
try:
    spark.sparkContext.range(1).map(lambda i: 1 // i).collect()
except Exception:
    spark.stop()
else:
    raise SystemExit("1 // 0: expected a failure, found none")
