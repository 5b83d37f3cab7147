"""A driver that waits for one executor. Prints when it is there to get one, and when it has it, in seconds since 1970."""

import time

from pyspark.sql import SparkSession

# A master without a worker: the executor comes from elsewhere.
spark = SparkSession.builder.master("local-cluster[0,1,1024]").getOrCreate()
executors = spark.sparkContext._jsc.sc().getExecutorMemoryStatus
print("@waiting", time.time(), flush=True)
while executors().size() < 2:  # the driver is one of them
    time.sleep(0.01)
print("@registered", time.time(), flush=True)
spark.stop()
