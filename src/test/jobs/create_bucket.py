"""Creates the bucket that the other jobs use."""

import os

import boto3

boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1").create_bucket(
    Bucket=os.environ["BUCKET"]
)
