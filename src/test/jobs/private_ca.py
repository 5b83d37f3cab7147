"""
Uses a store and a database whose certificates a private CA has signed, with each library of the image, and prints what
came of it, one fact a line.
"""

import os

import boto3
import psycopg2
from pyarrow import fs
from pyspark.sql import SparkSession

ENDPOINT = os.environ["S3_ENDPOINT"]

s3 = boto3.client("s3", endpoint_url=ENDPOINT, region_name="us-east-1")
if not s3.list_buckets()["Buckets"]:
    s3.create_bucket(Bucket="lake")
s3.put_object(Bucket="lake", Key="object", Body=b"text")
print("boto3", s3.get_object(Bucket="lake", Key="object")["ContentLength"])

scheme, _, address = ENDPOINT.partition("://")
arrow = fs.S3FileSystem(endpoint_override=address, scheme=scheme, region="us-east-1")
with arrow.open_input_stream("lake/object") as stream:
    print("pyarrow", stream.read().decode())

with psycopg2.connect("", sslmode="verify-full") as connection:
    print("psycopg2", connection.info.ssl_in_use)

spark = SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", ENDPOINT).getOrCreate()
spark.range(3).write.mode("overwrite").parquet("s3a://lake/rows")
print("s3a", spark.read.parquet("s3a://lake/rows").count())
rows = spark.read.jdbc(
    os.environ["JDBC_URL"] + "?sslmode=verify-full",
    "(select ssl from pg_stat_ssl where pid = pg_backend_pid()) as connection",
    properties={
        "user": os.environ["PGUSER"],
        "password": os.environ["PGPASSWORD"],
        "driver": "org.postgresql.Driver",
    },
)
print("jdbc", rows.first()[0])
