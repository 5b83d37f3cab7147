"""Prints the command line of each executor's JVM that works for this driver."""

import os

from pyspark.sql import SparkSession


def jvm(_):
    """A Python worker's parent is its daemon, whose parent is the executor's JVM."""
    with open(f"/proc/{os.getppid()}/stat") as stat:
        executor = stat.read().rsplit(")", 1)[1].split()[1]
    with open(f"/proc/{executor}/cmdline") as arguments:
        return arguments.read().split("\0")


spark = SparkSession.builder.getOrCreate()
for argument in spark.sparkContext.parallelize([0], 1).map(jvm).first():
    print("executor", argument)
spark.stop()
