"""Prints, as one line of JSON, Hadoop's settings and the driver's system properties of the names in the arguments.

Asks before anything has been read or written: what a job sees first is what counts.
"""

import json
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
hadoop = spark.sparkContext._jsc.hadoopConfiguration()
conf = spark.sparkContext.getConf()
system = spark._jvm.java.lang.System
# Its text lists the resources in their order.
found = {"resources": hadoop.toString()}
for name in sys.argv[1:]:
    found[name] = (conf.get(name) if name.startswith("spark.") else hadoop.get(name)) or system.getProperty(name)
print(json.dumps(found))
