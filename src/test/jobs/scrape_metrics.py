"""Runs a little job and then prints what the driver's page says at each path of the arguments, one JSON object a line."""

import json
import sys
import urllib.request

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("scraped").getOrCreate()
spark.range(1000, numPartitions=4).groupBy().count().collect()
for path in sys.argv[1:]:
    with urllib.request.urlopen(spark.sparkContext.uiWebUrl + path, timeout=20) as answer:
        print(json.dumps({"path": path, "type": answer.headers["content-type"], "text": answer.read().decode()}))
