"""
Reads a day of a table of the catalog 'lake', or the whole of it: arguments are the table, and the day or nothing. Prints the
digest of the rows as JSON; then, as JSON, what else a test wants to know of it.
"""

import json
import os
import sys

from pyspark.sql import SparkSession

import digests
import lake_files

table, day = sys.argv[1], sys.argv[2]
spark = (
    SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
rows = spark.table(table)
rows = rows.where(f"business_date = date'{day}'") if day else rows
digests.show(*digests.total(rows.select(digests.COLUMNS).toLocalIterator()))
# Of earlier snapshots, too.
known = {row.file_path.split("/", 3)[3] for row in spark.sql(f"select file_path from {table}.all_data_files").collect()}
files = spark.sql(f"select file_path, record_count, readable_metrics.id.lower_bound as least from {table}.files").collect()
prefix = spark.sql(f"describe table extended {table}").where("col_name = 'Location'").first().data_type.split("/", 3)[3]
seen = {
    "days": spark.table(table).select("business_date").distinct().count() if "business_date" in spark.table(table).columns else None,
    "files": len(files),
    "without metrics": sum(file.record_count > 0 and file.least is None for file in files),
    "snapshots": spark.sql(f"select * from {table}.snapshots").count(),
    "columns": len(spark.table(table).columns),
    "others": len(set(lake_files.keys(f"{prefix}/data/")) - known),
}
print("of the table:", json.dumps(seen))
spark.stop()
