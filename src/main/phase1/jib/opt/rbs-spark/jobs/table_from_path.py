"""
Makes a table of what bronze_ingest wrote to a path: the files that each day's _COMMITTED lists become those of the table, in one
commit and without a copy. Takes BRONZE_PATH and BRONZE_TABLE; docs/lake.md.
"""

import os
import sys

from job import Failed, Job


class TableFromPath(Job):
    name = "table_from_path"

    def configure(self, settings):
        self.endpoint = settings.store()
        self.path, self.table = settings.place("BRONZE", both=True)

    def work(self):
        import lake
        import tables

        self.preflight(self.endpoint, f"--s3={self.path}", f"--catalog={self.table}")
        spark = self.session(self.endpoint)
        table, bronze = tables.Table(spark, self.table), lake.Lake(spark, self.path)
        days = sorted(bronze.runs())
        if not days:
            raise Failed(f"'{self.path}': expected days of bronze_ingest, found none", "correct BRONZE_PATH")
        if table.runs():
            raise Failed(
                f"BRONZE_TABLE '{self.table}': expected a table without days, found {len(table.runs())}",
                "name another table, or drop this one, but without PURGE, which would delete the files of the path",
            )
        self.say(f"{len(days)} days from {days[0]} to {days[-1]} are in {self.path}")
        taken = table.adopt(bronze, days, self.say)
        spark.stop()
        said = f"{len(days)} days with {taken['rows']} rows are in {self.table}"
        return [{"job": self.name, "date": days[-1], "said": said, **taken}]


if __name__ == "__main__":
    sys.exit(TableFromPath(os.environ).run())
