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

import lake_files
from job import Failed
from lake_days import replace
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


def race(days):
    ended = [None] * RUNS

    def run(number):
        try:
            replace(spark, Racer(spark, name), days[number], number, ROWS)
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


replace(spark, Table(spark, name), "2024-12-01", RUNS, ROWS)
one_day = race(["2024-12-01"] * RUNS)
many_days = race([f"2024-12-{number + 1:02d}" for number in range(RUNS)])
known = {row.file_path.split("/", 3)[3] for row in spark.sql(f"select file_path from {name}.all_data_files").collect()}
prefix = next(iter(known)).split("/data/")[0]
print(json.dumps({"one day": one_day, "many days": many_days, "others": len(set(lake_files.keys(f"{prefix}/data/")) - known)}))
spark.stop()
