"""
Writes the latest row of each key as of the end of a day to Parquet. Yesterday's silver and today's bronze make today's. Its
_COMMITTED says which runs of bronze are in it: a day of bronze that was ingested again makes the silver of that day and of
those after it stale, and they are built again.
"""

import functools
import os
import sys

import table
from days import between
from job import Failed, Job, place_checks, report

# Their text, as a directory's name, is read as the same value.
PARTITIONS = {"string", "boolean", "smallint", "int", "bigint", "date"}


class SilverTransform(Job):
    name = "silver_transform"

    def configure(self, settings):
        self.endpoint = settings.store()
        self.bronze_path, self.bronze_table = settings.place("BRONZE")
        self.silver_path, self.silver_table = settings.place("SILVER")
        if bool(self.bronze_table) != bool(self.silver_table):
            settings.problems.append("BRONZE_TABLE and SILVER_TABLE: expected both or none, found one")
        self.key = table.names(settings.text("KEY_COLUMNS", "columns' names with commas", table.NAMES))
        self.order = table.names(settings.text("ORDER_COLUMNS", "columns' names with commas", table.NAMES))
        partition = settings.text("PARTITION_COLUMN", "a column's name, or nothing", rf"({table.NAME})?", "")
        self.partition = table.unquoted(partition) if partition else None

    def work(self):
        self.preflight(self.endpoint, *place_checks(self.silver_path, self.silver_table))
        spark = self.session(self.endpoint)
        reports = self.merge(spark) if self.silver_table else self.replace(spark)
        spark.stop()
        return reports

    def merge(self, spark):
        import merging

        return merging.work(self, spark)

    def replace(self, spark):
        import copying
        import lake
        import latest
        import postgres
        import store

        self.context = spark.sparkContext
        for module in (copying, latest, postgres):
            self.context.addPyFile(module.__file__)
        self.clients = {"bronze": store.client(spark, self.bronze_path), "silver": store.client(spark, self.silver_path)}
        self.bronze, self.silver = lake.Lake(spark, self.bronze_path), lake.Lake(spark, self.silver_path)
        self.ingested = self.bronze.runs()
        built = self.silver.runs()
        wanted = self.days.wanted(built)
        if not self.days.given:
            # Those that bronze lacks as well were not missed here.
            wanted = [day for day in wanted if day in self.ingested or day == wanted[-1]]
        self.base, stale = self.base_and_stale(wanted, built)
        again = sorted(set(stale) - set(wanted))
        if again:
            self.say(f"note: bronze of earlier days has changed; building again: {', '.join(again)}")
        reports = self.each(sorted([*wanted, *again]), self.build)
        self.expire(self.silver, built, more=1)
        return reports

    def base_and_stale(self, wanted, built):
        """
        The newest day before all that is to be built, with its _COMMITTED; and the days whose silver has other runs of
        bronze than there are now, with the runs that it has.

        :raises Failed: if bronze that is needed again is gone
        """
        base, stale = ("", None), {}
        for day in sorted(built, reverse=True):
            committed = self.silver.committed(day)
            made = committed.get("bronze")
            if made is None:
                # An earlier version's, which does not say what is in it: it stays as it is.
                break
            self.check_settings(day, committed)
            if any(made.get(date) != run for date, run in self.ingested.items() if date <= day):
                stale[day] = made
            elif day < min([*wanted, *stale]):
                base = (day, committed)
                break
        for day, made in stale.items():
            gone = [date for date in made if date not in self.ingested and date > base[0]]
            if gone:
                raise Failed(
                    f"silver of '{day}': expected bronze of {gone[0]} to build it again, found none",
                    f"nothing is replaced; run bronze_ingest with BUSINESS_DATE={gone[0]}, or give another SILVER_PATH",
                )
        return base, stale

    def check_settings(self, day, committed):
        for name, value in self.settings().items():
            if committed[name] != value:
                raise Failed(
                    f"{name.upper()}: expected {committed[name]} as for {day} in {self.silver_path}, found {value}",
                    "set it so, or give another SILVER_PATH",
                )

    def settings(self):
        return {"key_columns": self.key, "order_columns": self.order, "partition_column": self.partition}

    def build(self, day):
        """Makes a day's silver of the silver before it and of bronze since then."""
        import latest

        if day not in self.ingested:
            raise Failed(
                f"bronze of '{day}': expected a committed run in {self.bronze_path}, found none",
                f"run bronze_ingest with BUSINESS_DATE={day} first",
            )
        before, silver = self.base
        dates = [date for date in sorted(self.ingested) if before < date <= day]
        gaps = self.gaps(dates)
        if gaps:
            others = f" and {len(gaps) - 1} other days until {gaps[-1]}" if gaps[1:] else ""
            self.say(f"note: bronze has no {gaps[0]}{others}; their rows, if there are any, are missing here")
        bronze = {date: self.bronze.committed(date) for date in dates}
        columns = self.silver.columns(before, silver) if silver else {}
        for date, committed in bronze.items():
            columns.update(self.bronze.columns(date, committed))
        self.check_columns(columns)
        files = [file for date, committed in bronze.items() for file in self.files(date, self.bronze, committed)]
        if silver:
            files += self.files(before, self.silver, silver)
        made = {**(silver["bronze"] if silver else {}), **{date: self.ingested[date] for date in dates}}
        listed = [{"name": name, "type": type_} for name, type_ in columns.items()]
        settings = {
            "columns": columns,
            "key": self.key,
            "order": self.order,
            "partition": self.partition,
            "buckets": latest.buckets(files),
            **self.clients,
            "metadata": {"org.apache.spark.version": self.context.version},
        }

        def write(directory):
            self.context.setJobDescription(f"the latest rows of {', '.join(self.key)}, {day}")
            found = self.run_tasks({**settings, "directory": directory[len("s3a://") :]}, files)
            self.check_rows(found)
            written = [file for one in found for file in one["files"]]
            return written, sum(file["rows"] for file in written)

        committed = self.silver.commit(day, write, columns=listed, bronze=made, **self.settings())
        self.base = (day, committed)
        upon = f"silver of {before} and " if silver else ""
        since = f"{dates[0]} to {dates[-1]}" if len(dates) > 1 else day
        self.say(f"{day}: wrote {committed['rows']} rows from {upon}bronze of {since}")
        note = "" if bronze[day]["rows"] else "; no rows that day"
        return report(committed, f"the latest rows of {committed['rows']} keys are in {self.silver_path}{note}")

    def files(self, day, lake, committed):
        """The files of a day, for the tasks."""
        import latest

        names = [name[len("s3a://") :] for name in lake.files(day, committed)]
        store = "bronze" if lake is self.bronze else "silver"
        # Earlier versions do not say how many bytes the rows take in memory: about four times those of the file.
        sizes = [file.get("memory", 4 * file["bytes"]) for file in committed["files"]]
        return [latest.File(day, name, size, store) for name, size in zip(names, sizes)]

    def run_tasks(self, settings, files):
        """What each bucket's task has written and found."""
        import latest

        split = self.context.parallelize(files, len(files)).flatMap(functools.partial(latest.split, settings))
        buckets = split.partitionBy(settings["buckets"], int)
        return buckets.mapPartitionsWithIndex(functools.partial(latest.merge, settings)).collect()

    def check_columns(self, columns):
        """:raises Failed: if bronze lacks a column that the settings name, or it cannot be used so"""
        names = dict.fromkeys([*self.key, *self.order, *filter(None, [self.partition])])
        problems = [f"no column '{name}'" for name in names if name not in columns]
        if columns.get(self.partition, "string") not in PARTITIONS:
            problems.append(f"PARTITION_COLUMN '{self.partition}' of type {columns[self.partition]}")
        if problems:
            raise Failed(
                f"bronze: expected KEY_COLUMNS, ORDER_COLUMNS and PARTITION_COLUMN of its columns, found {'; '.join(problems)}",
                f"correct them; bronze has {', '.join(columns)}",
            )

    def check_rows(self, found):
        """:raises Failed: if there is no one latest row of each key"""
        nulls, ties, empty = (sum(one[name] for one in found) for name in ("nulls", "ties", "empty"))
        if nulls:
            raise Failed(
                f"KEY_COLUMNS {', '.join(self.key)}: expected a value in each row, found {nulls} NULLs",
                "name other columns, or let SOURCE_TABLE of bronze be a view without these rows; nothing is replaced",
            )
        if ties:
            tie = next(one["tie"] for one in found if one["tie"])
            raise Failed(
                f"ORDER_COLUMNS {', '.join(self.order)}: expected one latest row of each key, found several of a day for"
                f" '{tie}'" + (f" and {ties - 1} other keys" if ties > 1 else ""),
                "add a column that says which of them is the latest, and give another"
                f" SILVER_{'TABLE' if self.silver_table else 'PATH'}; if they are equal in all columns, let SOURCE_TABLE of"
                " bronze be a view with select distinct; nothing is replaced",
            )
        if empty:
            raise Failed(
                f"PARTITION_COLUMN {self.partition}: expected no empty text, found it in {empty} rows",
                "name another column: a directory's name cannot tell it from NULL; nothing is replaced",
            )

    def gaps(self, dates):
        """The days that bronze lacks, since its first or the silver before."""
        every = between(self.base[0] or dates[0], dates[-1])
        return [day for day in every if day not in self.ingested and day != self.base[0]]


if __name__ == "__main__":
    sys.exit(SilverTransform(os.environ).run())
