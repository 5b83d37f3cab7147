"""
Reads tables of the catalog 'lake' again and again until /tmp/stop is there; then removes what no snapshot of them has, by
Iceberg's own action, and reads all their snapshots. The arguments are the tables. Prints as JSON, of each table, what it saw, in
this order; the files that were removed, by their kind; and what is left that no snapshot has. And the failures of its reads.
"""

import collections
import json
import os
import re
import sys
import time

from pyspark.sql import SparkSession

import lake_files

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")
iceberg = spark._jvm.org.apache.iceberg
KINDS = {"data": "/data/", "pointers": r"\.metadata\.json$", "lists": "/snap-", "manifests": r"-m\d+\.avro$"}


def state(version=""):
    sql = f"select count(*), count(distinct id), array_join(sort_array(collect_set(note)), ' and ') from {table} {version}"
    return "{} rows of {} ids of {}".format(*spark.sql(sql).first())


def kinds(files):
    return dict(collections.Counter(next((kind for kind, name in KINDS.items() if re.search(name, file)), file) for file in files))


def reachable():
    """The keys of all files that the table needs, by its own metadata."""
    entries = [f"select file_path from {table}.all_data_files", f"select path from {table}.all_manifests"]
    entries += [f"select manifest_list from {table}.snapshots", f"select file from {table}.metadata_log_entries"]
    return {row[0].split("/", 3)[3] for sql in entries for row in spark.sql(sql).collect()}


tables = sys.argv[1:]
seen, failures = {table: [] for table in tables}, set()
while not os.path.exists("/tmp/stop"):
    for table in tables:
        try:
            spark.sql(f"refresh table {table}")
            now = state()
        except Exception as e:
            if "TABLE_OR_VIEW_NOT_FOUND" not in str(e):
                failures.add("PSQLException" if "PSQLException" in str(e) else str(e).split("\n")[0])
            continue
        # A table that is new is empty.
        if seen[table][-1:] != [now] and (seen[table] or not now.startswith("0 ")):
            seen[table].append(now)
            print(f"{time.strftime('%T')} {table}: {now}", file=sys.stderr, flush=True)
found = {}
for table in tables:
    spark.sql(f"refresh table {table}")
    loaded = iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, table)
    action = iceberg.spark.actions.SparkActions.get().deleteOrphanFiles(loaded).olderThan(int(time.time() * 1000) + 1000)
    orphans = kinds(action.execute().orphanFileLocations())
    keys = {key for key in lake_files.keys(loaded.location().split("/", 3)[3] + "/") if not key.endswith("/")}
    snapshots = [row[0] for row in spark.sql(f"select snapshot_id from {table}.snapshots").collect()]
    versions = sorted({state(f"version as of {snapshot}") for snapshot in snapshots})
    found[table] = {
        "seen": seen[table],
        "versions": versions,
        "orphans": orphans,
        "left": sorted(keys - reachable()),
        "missing": sorted(reachable() - keys),
    }
print(json.dumps({"tables": found, "failures": sorted(failures)}))
