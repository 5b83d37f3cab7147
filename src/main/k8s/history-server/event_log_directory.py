"""
Creates the directory EVENT_LOG_PATH (s3a://BUCKET/PREFIX) in the store at S3_ENDPOINT, which Spark expects to exist.
A second run changes nothing.
"""

import os
import urllib.parse

import boto3

path = urllib.parse.urlsplit(os.environ["EVENT_LOG_PATH"])
store = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")
# To S3A, an empty object whose name ends with a slash is a directory.
store.put_object(Bucket=path.netloc, Key=path.path.strip("/") + "/")
