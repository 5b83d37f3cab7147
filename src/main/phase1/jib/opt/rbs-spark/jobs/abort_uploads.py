"""Aborts the uploads that killed jobs left below a path, which a store keeps and bills until then.

    python3 /opt/rbs-spark/jobs/abort_uploads.py s3a://BUCKET/PREFIX HOURS

Only those that began more than HOURS ago, which must be more than a job needs that writes there meanwhile; 0 is all. Takes the
store from S3_ENDPOINT, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
"""

import datetime
import os
import re
import sys

import boto3


def main():
    if len(sys.argv) != 3 or not re.fullmatch(r"s3a://[^/]+/.+", sys.argv[1]) or not re.fullmatch(r"\d+", sys.argv[2]):
        print(f"abort_uploads {sys.argv[1:]}: expected s3a://BUCKET/PREFIX HOURS, found something else", file=sys.stderr)
        return 2
    bucket, prefix = sys.argv[1][len("s3a://") :].split("/", 1)
    hours = int(sys.argv[2])
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=hours)
    s3 = boto3.client("s3", endpoint_url=os.environ.get("S3_ENDPOINT"), region_name=os.environ.get("AWS_REGION", "us-east-1"))
    aborted = 0
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix.rstrip("/") + "/"):
        for upload in page.get("Uploads", []):
            if hours == 0 or upload["Initiated"] <= before:
                s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
                aborted += 1
    print(f"abort_uploads: {aborted} uploads below {sys.argv[1]} aborted")
    return 0


sys.exit(main())
