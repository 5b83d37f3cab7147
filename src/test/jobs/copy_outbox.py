"""The main job: PostgreSQL over JDBC in four partitions, to Parquet on S3A. Prints the hosts that its tasks ran on."""

import os
import socket

from pyspark.sql import SparkSession

spark = SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"]).getOrCreate()
outbox = spark.read.jdbc(
    os.environ["JDBC_URL"],
    "outbox",
    column="id",
    lowerBound=1,
    upperBound=int(os.environ["ROWS"]),
    numPartitions=4,
    properties={
        "user": os.environ["PGUSER"],
        "password": os.environ["PGPASSWORD"],
        "driver": "org.postgresql.Driver",
        "fetchsize": "10000",
    },
)
outbox.write.parquet(os.environ["OUTPUT"])
print("ran on", *sorted(outbox.rdd.map(lambda _: socket.gethostname()).distinct().collect()))
spark.stop()
