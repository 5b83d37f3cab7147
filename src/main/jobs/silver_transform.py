"""
Writes the state of each operation as of the end of one day to Parquet: its latest event of that day or before, by
created_at and then id. All of bronze is read, and no earlier silver: so a day that was ingested once more is right in
the next silver, whatever the order of the runs.
"""

import datetime
import os
import sys
import time

from job import Failed, Job


class SilverTransform(Job):
    name = "silver_transform"

    def configure(self, settings):
        self.endpoint = settings.store()
        self.bronze = settings.path("BRONZE_PATH")
        self.silver = settings.path("SILVER_PATH")
        self.date = settings.date("BUSINESS_DATE")

    def work(self):
        import lake

        self.preflight(self.endpoint, f"--s3={self.silver}")
        spark = self.session(self.endpoint)
        bronze = lake.Lake(spark, self.bronze)
        dates = [date for date in bronze.dates() if date <= str(self.date)]
        if str(self.date) not in dates:
            raise Failed(
                f"bronze of '{self.date}': expected a committed run in {self.bronze}, found none",
                f"run bronze_ingest with BUSINESS_DATE={self.date} first",
            )
        for gap in gaps(dates):
            self.say(f"note: bronze has no {gap}; its events, if there are any, are missing here")
        today = bronze.committed(self.date)
        columns = bronze.columns(self.date, today)
        missing = sorted({"operation_id", "created_at", "id"} - set(columns))
        if missing:
            raise Failed(
                f"bronze of '{self.date}': expected the columns of an outbox table, found no {', '.join(missing)}",
                "let SOURCE_TABLE of bronze_ingest be a table or a view that has them",
            )
        events = bronze.read(columns, [file for date in dates for file in bronze.files(date)])
        started = time.monotonic()
        rows = lake.Lake(spark, self.silver).replace(self.date, latest(events))
        self.say(f"{self.date}: wrote {rows} rows from {len(dates)} days in {time.monotonic() - started:.1f} s")
        spark.stop()
        note = "" if today["rows"] else "; no events that day"
        return f"{self.date}: the state of {rows} operations is in {self.silver}{note}"


def latest(events):
    """One event per operation."""
    from pyspark.sql import Window
    from pyspark.sql.functions import col, row_number

    newest_first = Window.partitionBy("operation_id").orderBy(col("created_at").desc(), col("id").desc())
    return events.withColumn("newest", row_number().over(newest_first)).where("newest = 1").drop("newest")


def gaps(dates):
    """The days between the first and the last that are not there."""
    days = [datetime.date.fromisoformat(date) for date in dates]
    every = (days[0] + datetime.timedelta(days=n) for n in range((days[-1] - days[0]).days))
    return [str(day) for day in every if day not in days]


if __name__ == "__main__":
    sys.exit(SilverTransform(os.environ).run())
