"""Uses the wheels of the lock in a Python outside the image, and prints what came of it, one fact a line.

Arguments: the directory with the wheels, which is set up as dist-packages is, and more to import from.
"""

import importlib
import io
import os
import site
import sys

sys.path += sys.argv[2:]
site.addsitedir(sys.argv[1])
print("python", "%d.%d" % sys.version_info[:2])

import boto3
import psycopg2
import pyarrow as pa
import pyarrow.parquet as pq

print("hotfix", "pyarrow_hotfix" in sys.modules)
moments = pa.array([0], pa.timestamp("us", tz="America/Sao_Paulo"))
print("moment", moments.to_pylist()[0].isoformat())
with psycopg2.connect("") as connection, connection.cursor() as cursor:
    cursor.execute("select timestamptz 'epoch' at time zone 'UTC', array_agg(i) from generate_series(1, 3) i")
    print("rows", cursor.fetchall())
sink = io.BytesIO()
pq.write_table(pa.table({"moment": moments, "text": ["ação ✓"]}), sink)
object_ = boto3.resource("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1").Object(
    os.environ["BUCKET"], os.environ["PREFIX"] + "/wheels.parquet"
)
object_.put(Body=sink.getvalue())
read = pq.read_table(io.BytesIO(object_.get()["Body"].read()))
print("parquet", read.column("text").to_pylist(), read.column("moment").to_pylist() == moments.to_pylist())
for module in ["days", "settings", "job", "lake", "latest", "postgres", "table", "ranges", "copying", "store", "bronze_ingest", "silver_transform"]:
    importlib.import_module(module)
    print("imported", module)
