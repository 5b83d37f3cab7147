"""Runs the program of docs/jobs.md for pyarrow. Arguments: docs/jobs.md, the lake's path. Prints the rows of each day."""

import json
import os
import re
import sys
import urllib.parse

import pyarrow.dataset
from pyarrow.fs import S3FileSystem

page, lake = sys.argv[1:]
with open(page) as text:
    exec(re.search("```python\n(.*?)```", text.read(), re.DOTALL).group(1))
store = urllib.parse.urlsplit(os.environ["S3_ENDPOINT"])
s3 = S3FileSystem(
    access_key=os.environ["AWS_ACCESS_KEY_ID"],
    secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    scheme=store.scheme,
    endpoint_override=store.netloc,
    region="us-east-1",
)
rows = {}
for name in files(s3, lake):
    day = re.search("business_date=([^/]+)", name).group(1)
    rows[day] = rows.get(day, 0) + pyarrow.dataset.dataset(name, filesystem=s3).count_rows()
print(json.dumps(rows))
