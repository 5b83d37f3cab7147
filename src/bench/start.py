"""A short job: session, first SQL, Parquet written and read. Prints when it was where, in seconds since 1970."""

import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
assert spark.sql("select sum(id) from range(1000)").first()[0] == 499500
print("@sql", time.time(), flush=True)
spark.range(100_000).selectExpr("id", "id % 7 k").write.parquet("/tmp/start")
assert spark.read.parquet("/tmp/start").groupBy("k").count().count() == 7
spark.stop()
