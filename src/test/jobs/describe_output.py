"""Prints what lies at a prefix of the bucket, as a reader and as the one who pays for it sees it: rows, distinct ids, pending
uploads, and objects that are no data. Arguments: the prefix; and a number of .pendingset files to wait for, or nothing.
"""

import io
import json
import os
import sys
import time

import boto3
import pyarrow.parquet

s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")
bucket, prefix = os.environ["BUCKET"], sys.argv[1] + "/"


def keys():
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return sorted(found["Key"][len(prefix) :] for page in pages for found in page.get("Contents", []))


deadline = time.monotonic() + 120
while len(sys.argv) > 2 and sum(key.endswith(".pendingset") for key in keys()) < int(sys.argv[2]):
    assert time.monotonic() < deadline, f"expected {sys.argv[2]} .pendingset, found {keys()}"
    time.sleep(0.2)
data = [key for key in keys() if key.endswith(".parquet") and "/" not in key and not key.startswith(("_", "."))]
ids = []
for key in data:
    content = s3.get_object(Bucket=bucket, Key=prefix + key)["Body"].read()
    ids += pyarrow.parquet.read_table(io.BytesIO(content), columns=["id"])["id"].to_pylist()
uploads = s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", [])
others = [key for key in keys() if key not in data and key not in ("_SUCCESS", "")]
print(json.dumps({"rows": len(ids), "distinct": len(set(ids)), "uploads": len(uploads), "others": others}))
