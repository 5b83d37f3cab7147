"""Uploads the files of a directory below a prefix of the bucket, which it creates if there is none.

    upload_files.py DIRECTORY PREFIX
"""

import os
import pathlib
import sys

import boto3

bucket = os.environ["BUCKET"]
s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")
if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
    s3.create_bucket(Bucket=bucket)
for file in pathlib.Path(sys.argv[1]).iterdir():
    if file.is_file():
        s3.upload_file(str(file), bucket, f"{sys.argv[2]}/{file.name}")
