"""Runs a task that does not end."""

import time

from pyspark.sql import SparkSession


def never_ends(_):
    while True:
        time.sleep(1)


spark = SparkSession.builder.getOrCreate()
print("the task starts", flush=True)
spark.sparkContext.parallelize([0], 1).foreach(never_ends)
