"""
Prints, for buckets with different settings of S3A, what pyarrow's client gets of them, or why it cannot have them: the
argument is a JSON object of settings by bucket.
"""

import json
import sys

sys.path.insert(0, "/opt/rbs-spark/jobs")

from pyspark.sql import SparkSession

import store
from job import Failed

spark = SparkSession.builder.getOrCreate()
clients = {}
for bucket, settings in json.loads(sys.argv[1]).items():
    for name, value in settings.items():
        spark._jsc.hadoopConfiguration().set(f"fs.s3a.bucket.{bucket}.{name}", value)
    try:
        clients[bucket] = store.client(spark, f"s3a://{bucket}/path")
    except Failed as e:
        clients[bucket] = e.cause
print(json.dumps(clients, sort_keys=True))
