"""
Compares a day in the lake with what PostgreSQL says it must be, row by row, without Spark. Prints how many rows of
bronze and of silver (of the JOBS alone, if set) are missing, are others than they must be, or are there twice.
"""

import json
import os

import boto3
import psycopg2
import pyarrow.parquet
from pyarrow.fs import S3FileSystem

DATE = os.environ["BUSINESS_DATE"]
COLUMNS = ["id", "operation_id", "event_type", "state", "symbol", "quantity", "price", "note", "created_at"]
BUCKET = os.environ["BUCKET"]
s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1")


def lake(prefix):
    """The rows of the highest run that has committed."""
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/business_date={DATE}/").get("Contents", [])]
    committed = max(key for key in keys if key.endswith("/_COMMITTED"))
    listed = json.loads(s3.get_object(Bucket=BUCKET, Key=committed)["Body"].read())
    scheme, _, address = os.environ["S3_ENDPOINT"].partition("://")
    files = S3FileSystem(
        access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        endpoint_override=address,
        scheme=scheme,
        region="us-east-1",
    )
    directory = committed.rpartition("/")[0]
    rows = []
    for file in listed["files"]:
        table = pyarrow.parquet.read_table(f"{BUCKET}/{directory}/{file['name']}", filesystem=files, partitioning=None)
        rows += zip(*(table[column].to_pylist() for column in COLUMNS))
    return rows


def database(sql):
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute("set time zone 'UTC'")
        cursor.execute(sql.format(columns=", ".join(COLUMNS).replace("operation_id", "operation_id::text")), {"date": DATE})
        return cursor.fetchall()


END = "created_at < timestamptz %(date)s + interval '1 day'"
EXPECTED = {
    "bronze": "select {columns} from outbox where created_at >= timestamptz %(date)s and " + END,
    "silver": "select distinct on (operation_id) {columns} from outbox where created_at >= timestamptz %(date)s and " + END
    + " order by operation_id, created_at desc, id desc",
}
report = {}
for name in os.environ.get("JOBS", "bronze silver").split():
    found, expected = lake(os.environ["PREFIX"] + "/" + name), database(EXPECTED[name])
    assert expected, f"expected events of {DATE} in the table, found none"
    report[name] = {"missing": len(set(expected) - set(found)), "others": len(set(found) - set(expected)), "twice": len(found) - len(set(found))}
print(json.dumps(report))
