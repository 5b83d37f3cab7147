"""
Lets eight runs replace one day of a table at the same moment, then eight runs a day each, and reads the table. The argument is
its name. Prints as JSON how the runs of each race ended, which of them a reader finds, with their rows, and how many files lie
there that the table does not have.
"""

import json
import os
import sys
import threading

sys.path.insert(0, "/opt/rbs-spark/jobs")

import copying
import lake_files
import pyarrow as pa
import pyarrow.parquet
import store
from job import Failed
from pyspark.sql import SparkSession
from tables import Table

RUNS, ROWS = 8, 10
name = sys.argv[1]
spark = (
    SparkSession.builder.config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"])
    .config("spark.ui.showConsoleProgress", "false")
    .getOrCreate()
)


class Racer(Table):
    """Its last step waits for the others."""

    start = threading.Barrier(RUNS)

    def _replace(self, *arguments):
        self.start.wait()
        super()._replace(*arguments)


def replace(table, day, number):
    def write(directory, ids):
        rows = pa.table({"run": pa.array([number] * ROWS, pa.int32())})
        rows = rows.cast(copying.with_ids(rows.schema, ids))
        file = f"{directory[len('s3a://') :]}/part-{number}.parquet"
        with copying.client(**store.client(spark, directory)).open_output_stream(file) as opened:
            pyarrow.parquet.write_table(rows, opened)
            return [{"name": f"part-{number}.parquet", "bytes": opened.tell(), "rows": ROWS}], ROWS

    table.commit(day, write, ROWS, columns=[{"name": "run", "type": "int"}], day_by="nothing")


def race(days):
    ended = [None] * RUNS

    def run(number):
        try:
            replace(Racer(spark, name), days[number], number)
            ended[number] = "OK"
        except Failed as e:
            ended[number] = f"{e.cause}; {e.remedy}"
        except Exception as e:
            Racer.start.abort()
            ended[number] = repr(e)

    racers = [threading.Thread(target=run, args=[number]) for number in range(RUNS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    spark.sql(f"refresh table {name}")
    found = {row.run: row["count"] for row in spark.table(name).groupBy("run").count().collect()}
    return {"ended": ended, "found": found}


replace(Table(spark, name), "2024-12-01", RUNS)
one_day = race(["2024-12-01"] * RUNS)
many_days = race([f"2024-12-{number + 1:02d}" for number in range(RUNS)])
known = {row.file_path.split("/", 3)[3] for row in spark.sql(f"select file_path from {name}.all_data_files").collect()}
prefix = next(iter(known)).split("/data/")[0]
print(json.dumps({"one day": one_day, "many days": many_days, "others": len(set(lake_files.keys(f"{prefix}/data/")) - known)}))
spark.stop()
