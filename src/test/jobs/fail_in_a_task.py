"""Prints how the driver was started, and fails in a task on an executor, as a job's own error would."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
for name in ["spark.driver.bindAddress", "spark.executorEnv.SPARK_DRIVER_POD_IP", "spark.submit.deployMode"]:
    print(name, spark.conf.get(name, None), flush=True)
management = spark._jvm.java.lang.management.ManagementFactory
for argument in management.getRuntimeMXBean().getInputArguments():
    print("argument", argument, flush=True)
spark.sparkContext.parallelize([0], 1).foreach(lambda n: 1 / n)
