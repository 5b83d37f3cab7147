"""PostgreSQL to Parquet on S3 and back: rows a second, and the peak of what JVM and Python held together, in MB."""

import glob
import os
import re
import time

from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.hadoop.fs.s3a.path.style.access", "true")  # the Dockerfile's image does not have our defaults
    .getOrCreate()
)
rows = int(os.environ["ROWS"])
output = f"s3a://{os.environ['BUCKET']}/{os.environ['PREFIX']}"
begin = time.monotonic()
spark.read.jdbc(
    os.environ["JDBC_URL"],
    f"(select * from outbox where id between 1 and {rows}) events",
    column="id",
    lowerBound=1,
    upperBound=rows,
    numPartitions=4,
    properties={
        "user": os.environ["PGUSER"],
        "password": os.environ["PGPASSWORD"],
        "driver": "org.postgresql.Driver",
        "fetchsize": "10000",
    },
).write.parquet(output)
written = time.monotonic()
found = spark.read.parquet(output).selectExpr("count(*)", "sum(id)", "sum(length(payload))").first()
read = time.monotonic()
assert found[:2] == (rows, rows * (rows + 1) // 2), found
peak = 0
for status in glob.glob("/proc/[0-9]*/status"):
    with open(status) as lines:
        peak += sum(int(n) for n in re.findall(r"VmHWM:\s+(\d+) kB", lines.read()))
print("@write", written - begin)
print("@read", read - written)
print("@rows_per_second", rows / (read - begin))
print("@memory_mb", peak / 1024)
spark.stop()
