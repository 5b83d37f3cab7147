"""The keys of a day's data, found without the jobs' own code."""

import json
import os

import boto3

S3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")
BUCKET = os.environ["BUCKET"]


def keys(prefix):
    pages = S3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return sorted(found["Key"] for page in pages for found in page.get("Contents", []))


def current(prefix, date):
    """The keys that the highest _COMMITTED of this day lists; each must have the size that it says."""
    committed = [key for key in keys(f"{prefix}/business_date={date}/run=") if key.endswith("/_COMMITTED")][-1]
    directory = committed.rsplit("/", 1)[0]
    listed = json.loads(S3.get_object(Bucket=BUCKET, Key=committed)["Body"].read())["files"]
    for file in listed:
        size = S3.head_object(Bucket=BUCKET, Key=f"{directory}/{file['name']}")["ContentLength"]
        assert size == file["bytes"], (file, size)
    return [f"{directory}/{file['name']}" for file in listed]
