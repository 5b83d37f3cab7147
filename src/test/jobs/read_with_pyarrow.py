"""Prints the digests of the Parquet data as pyarrow reads it from what boto3 fetches. No Spark."""

import io
import os

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

import digests

bucket, prefix = os.environ["OUTPUT"].split("://")[1].split("/", 1)
s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")
keys = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + "/") for o in page["Contents"]]
bodies = [io.BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys if key.endswith(".parquet")]
table = pa.concat_tables(pq.read_table(body) for body in bodies).sort_by("id")
digests.report(zip(*(table[column].to_pylist() for column in digests.COLUMNS)))
