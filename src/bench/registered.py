"""A driver that waits for one executor. Prints when it is there to get one, and when it has it, in seconds since 1970."""

import time

from pyspark.sql import SparkSession

# A master without a worker: the executor comes from elsewhere. A worker would need the 4g of the image's executors.
spark = SparkSession.builder.master("local-cluster[0,1,4096]").getOrCreate()
executors = spark.sparkContext._jsc.sc().getExecutorMemoryStatus
print("@waiting", time.time(), flush=True)
while executors().size() < 2:  # the driver is one of them
    time.sleep(0.01)
print("@registered", time.time(), flush=True)
spark.stop()
