"""
Maintains a table, whose name is the argument, while a thread replaces its days and another one reads them; then, when nobody
writes, at once what else takes days, twice. Prints as JSON what came of it.
"""

import json
import os
import sys
import threading

sys.path.insert(0, "/opt/rbs-spark/jobs")

import lake_files
from lake_days import replace
from pyspark.sql import SparkSession
from table_maintenance import TableMaintenance
from tables import Table

DAYS = [f"2024-12-{day:02d}" for day in range(1, 15)]
ROWS, FILES, RUNS = 80, 8, 15
name = sys.argv[1]
spark = (
    SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.ui.showConsoleProgress", "false")
    .getOrCreate()
)
errors, notes, reads, written = [], [], [], []
writing = threading.Event()


class Maintenance(TableMaintenance):
    files_at_once = FILES

    def say(self, text):
        notes.append(text)


def maintain(**ages):
    job = Maintenance({**os.environ, "LAKE_TABLES": name})
    assert not job._settings.problems, job._settings.problems
    for setting, value in ages.items():
        setattr(job, setting, value)
    return job.maintain(spark)[0]


def write():
    try:
        # And until a compaction has not lost to this, on a busy machine.
        while len(written) < RUNS or not any(done["compacted"] for done in rounds) and len(written) < 10 * RUNS:
            run = len(written)
            replace(spark, Table(spark, name), DAYS[run % 3], run, ROWS, FILES)
            written.append(run)
    except Exception as e:
        errors.append(f"writer: {e}")
    writing.clear()


def read():
    try:
        while writing.is_set():
            reads.append(runs())
    except Exception as e:
        errors.append(f"reader: {e}")


def runs():
    """Of each day, how many rows each run has."""
    spark.sql(f"refresh table {name}")
    rows = spark.sql(f"select string(business_date) day, run, count(*) found from {name} group by 1, 2").collect()
    found = {}
    for row in rows:
        found.setdefault(row.day, {})[row.run] = row.found
    return found


def known():
    """The keys of all files that some snapshot has, and of the table's metadata."""
    tables = {"all_data_files": "file_path", "all_manifests": "path", "snapshots": "manifest_list", "metadata_log_entries": "file"}
    files = [row[0] for of, column in tables.items() for row in spark.sql(f"select {column} from {name}.{of}").collect()]
    return {key(file) for file in files}


def key(url):
    return url.split("/", 3)[3]


def leave(file):
    """As a killed run does."""
    lake_files.S3.put_object(Bucket=lake_files.BUCKET, Key=f"{prefix}data/business_date=2024-12-01/{file}", Body=b"x")


rounds = []
for day in DAYS:
    replace(spark, Table(spark, name), day, -1, ROWS)
prefix = key(Table(spark, name)._table.location()) + "/"
leave("0abc/part-0.parquet")
writing.set()
others = [threading.Thread(target=work) for work in (write, read)]
for other in others:
    other.start()
while writing.is_set():
    rounds.append(maintain(snapshot_seconds=60))
for other in others:
    other.join()
whole = [day for found in reads for day in found.values() if list(day.values()) != [ROWS]]
expected = {day: {-1: ROWS} for day in DAYS[3:]}
expected.update({DAYS[run % 3]: {run: ROWS} for run in written[-3:]})
beside = {
    "errors": errors,
    "reads": len(reads) > 0,
    "not whole": whole,
    "compacted": sum(done["compacted"] for done in rounds) > 0,
    "as written": runs() == expected,
}

spark.sql(f"alter table {name} create tag kept")
tagged = runs()[DAYS[0]]
last = len(written)
replace(spark, Table(spark, name), DAYS[0], last, ROWS, FILES)
at_once = {"snapshot_seconds": 0, "orphan_seconds": 0}
# The second one expires what the first one has compacted.
did = [*rounds, maintain(**at_once), maintain(**at_once)]
files = known()
there = {key for key in lake_files.keys(prefix) if not key.endswith("/")}
expected[DAYS[0]] = {last: ROWS}
again = maintain(**at_once)
tag = spark.sql(f"select run, count(*) found from {name} version as of 'kept' where business_date = date'{DAYS[0]}' group by 1").first()
alone = {
    "did": sorted({what for done in did for what in ("snapshots", "removed", "compacted", "manifests", "orphans") if done[what]}),
    "kept by age": sum(done["orphans"] for done in rounds),
    "others": sorted(there - files),
    "missing": sorted(files - there),
    "as written": runs() == expected,
    "tag": {tag.run: tag.found} == tagged,
    "again": again["said"],
    "changed nothing": there == {key for key in lake_files.keys(prefix) if not key.endswith("/")},
}
# A table in this one's directory: its files, and what else is there, are left.
spark.sql(f"create namespace {name}")
spark.sql(f"create table {name}.below using iceberg as select 1 id")
leave("0def/part-0.parquet")
there = set(lake_files.keys(prefix))
maintain(**at_once)
alone["left beside another"] = there == set(lake_files.keys(prefix)) and spark.table(f"{name}.below").count() == 1
print(json.dumps({"beside": beside, "alone": alone}))
print("\n".join(notes), file=sys.stderr)
spark.stop()
