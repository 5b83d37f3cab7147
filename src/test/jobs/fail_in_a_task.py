"""Fails in a task on an executor, as a job's own error would."""

from pyspark.sql import SparkSession

SparkSession.builder.getOrCreate().sparkContext.parallelize([0], 1).foreach(lambda n: 1 / n)
