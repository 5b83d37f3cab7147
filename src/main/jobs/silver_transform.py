"""
Writes the state of each operation as of the end of one day to Parquet: its latest event of that day or before, by
created_at and then id. All of bronze is read, and no earlier silver: so a day that was ingested once more is right in
the next silver, whatever the order of the runs.
"""

import datetime
import time

import job
from job import Failed, Settings, say

settings = Settings()
ENDPOINT = settings.store()
BRONZE = settings.path("BRONZE_PATH")
SILVER = settings.path("SILVER_PATH")
DATE = settings.date("BUSINESS_DATE")


def work():
    import lake
    import outbox

    job.preflight(ENDPOINT, f"--s3={SILVER}")
    spark = job.session(ENDPOINT)
    bronze = lake.Lake(spark, BRONZE)
    dates = [date for date in bronze.dates() if date <= str(DATE)]
    if str(DATE) not in dates:
        raise Failed(
            f"bronze of '{DATE}': expected a committed run in {BRONZE}, found none",
            f"run bronze_ingest with BUSINESS_DATE={DATE} first",
        )
    for gap in gaps(dates):
        say(f"note: bronze has no {gap}; its events, if there are any, are missing here")
    events = bronze.read(outbox.SCHEMA, [file for date in dates for file in bronze.files(date)])
    started = time.monotonic()
    rows = lake.Lake(spark, SILVER).replace(DATE, latest(events))
    today = bronze.committed(DATE)["rows"]
    say(f"{DATE}: wrote {rows} rows from {len(dates)} days in {time.monotonic() - started:.1f} s")
    spark.stop()
    return f"{DATE}: the state of {rows} operations is in {SILVER}" + ("" if today else "; no events that day")


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


settings.check()
job.run(work)
