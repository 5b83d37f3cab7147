"""Copies days of a PostgreSQL table or view to Parquet, or the whole of it. Spark shares the work; rows go by COPY."""

import functools
import os
import re
import sys
import time
from contextlib import closing, contextmanager

import postgres
import ranges
import table
from days import shifted
from job import Failed, Job, message, place_checks, report

# By what the message of a failure says: what helps.
REMEDIES = {
    "expected a value that fits decimal": "let DECIMALS say what it becomes, or leave it out by COLUMNS",
    "expected timestamps before": "leave it out by COLUMNS, or let SOURCE_TABLE be a view that has it as text",
    "conflict with recovery": "the replica had to remove rows that the snapshot needs: set hot_standby_feedback there, or"
    " read the primary (targetServerType=primary)",
    'snapshot identifier|requested snapshot|snapshot ".*" does not exist': "the connection that holds the snapshot has"
    " ended, or another server answered: give JDBC_URL one server, and run the job again",
    "statement timeout": "the role or the server has this limit: raise it, or add options=-c%20statement_timeout=0 to"
    " JDBC_URL",
    "connection to server at": "correct JDBC_URL, or see why the server does not answer",
    # The last is what psycopg2 says of a connection that is lost during COPY.
    "terminating connection|server closed|SSL SYSCALL|could not receive|connection already closed|no message from the"
    " libpq": "see why the database ended the connection; nothing is replaced, so run the job again",
}


class BronzeIngest(Job):
    name = "bronze_ingest"

    def configure(self, settings):
        self.url = settings.environment.get("JDBC_URL", "")
        found, problems = postgres.parameters(self.url)
        settings.problems += [f"JDBC_URL{problem}" for problem in problems]
        user = settings.text("PGUSER", "a user of PostgreSQL")
        password = settings.secret("PGPASSWORD", "that user's password")
        self.postgresql = {"application_name": self.name, **found, "user": user, "password": password}
        self.table = settings.text("SOURCE_TABLE", "TABLE or SCHEMA.TABLE", rf"{table.NAME}(\.{table.NAME})?")
        self.time_column = settings.text("TIME_COLUMN", "a column's name, or nothing", rf"({table.NAME})?", "")
        self.time_zone = settings.text("TIME_ZONE", "a time zone like Europe/Lisbon, or nothing", r"([A-Za-z0-9_+/-]+)?", "")
        self.columns = settings.text("COLUMNS", "columns' names with commas, or nothing", rf"({table.NAMES})?", "")
        decimals = rf"({table.DECIMAL}(,{table.DECIMAL})*)?"
        self.decimals = settings.text("DECIMALS", "COLUMN numeric(PRECISION,SCALE) with commas, or nothing", decimals, "")
        for column, to in table.decimals(self.decimals).items():
            if to != "text" and not to[1] <= to[0] <= 38:
                settings.problems.append(f"DECIMALS '{column}': expected 38 digits at most, and no larger scale, found {to}")
        self.endpoint = settings.store()
        self.path, self.into = settings.place("BRONZE")
        self.place = self.into or self.path
        self.partitions = settings.number("JDBC_PARTITIONS", 1, 64, 4)
        self.late = settings.number("LATE_DAYS", 0, 366, 0)

    def work(self):
        import copying
        import lake

        self.preflight(self.endpoint, f"--jdbc={self.url}", f"--table={self.table}", *place_checks(self.path, self.into))
        spark = self.session(self.endpoint)
        for module in (copying, postgres):
            spark.sparkContext.addPyFile(module.__file__)
        if self.into:
            import tables

            bronze = tables.Table(spark, self.into)
        else:
            bronze = lake.Lake(spark, self.path)
        self.done, self.told = set(bronze.runs()), []
        with self.explained():
            days = self.wanted(bronze, self.done)
        reports = self.each(days, functools.partial(self.ingest, spark, bronze))
        self.expire(bronze, self.done)
        spark.stop()
        return reports

    def wanted(self, bronze, done):
        """The days to copy: those given, or those that were missed and those that have other rows than before."""
        if not self.time_column:
            # Only what the table has now can be copied, and its day is the last.
            return self.days.given or self.days.wanted(done)[-1:]
        days = self.days.wanted(done)
        late = [] if self.days.given else [day for day in done if shifted(days[-1], -self.late) <= day < days[-1]]
        if not late:
            return days
        with closing(postgres.connect(self.postgresql)) as source, source.cursor() as cursor:
            cursor.execute(postgres.SESSION)
            found = table.Table(cursor, self.table)
            for day in late:
                committed = bronze.committed(day)
                before, (now, written) = committed["rows"], self.day(cursor, found, day).rows(cursor, found)
                if before != now:
                    self.say(f"note: {day} had {before} rows, and now has {now}: copying it again")
                    days.append(day)
                elif written and committed.get("written", written) != written:
                    self.say(f"note: {day} has rows that were written since: copying it again")
                    days.append(day)
        return sorted(days)

    def day(self, cursor, found, day):
        time_column = found.column(table.unquoted(self.time_column)) if self.time_column else None
        return ranges.Day(cursor, day, time_column, self.time_zone)

    def ingest(self, spark, bronze, date):
        started = time.monotonic()
        with self.explained(), closing(postgres.connect(self.postgresql)) as source, source.cursor() as cursor:
            committed = self.copy(spark, bronze, date, source, cursor)
        self.done.add(date)
        rows = committed["rows"]
        self.say(f"{date}: wrote {rows} rows in {time.monotonic() - started:.1f} s")
        if rows == 0:
            return report(committed, f"no rows{' that day' if self.time_column else ''}; {self.place} says so")
        return report(committed, f"{rows} rows are in {self.place}")

    def copy(self, spark, bronze, date, source, cursor):
        import store

        cursor.execute(postgres.SESSION)
        self.check_clock(cursor, date)
        found = table.Table(cursor, self.table)
        columns = found.columns(table.names(self.columns), table.decimals(self.decimals))
        day = self.day(cursor, found, date)
        self.check(bronze, columns, day)
        self.tell(columns, day.column)
        late = self.late > 0 and day.column is not None
        expected, written, by, parts = ranges.ranges(cursor, found, day, self.partitions, late)
        of = f"of the day by {self.time_column}" if day.column else "as it is now, whatever the day"
        tasks = f"{len(parts)} tasks by {by}" if len(parts) > 1 else "one task"
        self.say(f"{date}: {self.table} has {expected} rows, {of}; {tasks}")
        # What a later run compares, if it looks for late rows.
        about = {"written": written} if late else {}
        cursor.execute("select pg_export_snapshot()")
        settings = {
            "postgresql": postgres.same_server(source, self.postgresql),
            "session": f"set transaction snapshot '{cursor.fetchone()[0]}'; {postgres.SESSION}",
            "select": f"select {', '.join(column.sql for column in columns)} from {found.sql}",
            "columns": [(column.name, column.type) for column in columns],
            # With it, Spark reads dates before 1582 as they are.
            "metadata": {"org.apache.spark.version": spark.version},
        }

        def write(directory, ids=None):
            what = f"{expected} rows of {self.table}, {date}"
            to = {"directory": directory[len("s3a://") :], "store": store.client(spark, directory), "ids": ids}
            try:
                files = self.run_tasks(spark, what, {**settings, **to}, parts)
            except Exception:
                # If the snapshot's connection has ended, tasks may say no more than that, and the server's last word why.
                source.poll()
                for notice in source.notices:
                    if "terminating connection" in notice:
                        raise ValueError(notice) from None
                raise
            return files, sum(file["rows"] for file in files)

        return bronze.commit(
            date,
            write,
            expected,
            columns=[{"name": c.name, "type": c.type, "postgresql": c.declared} for c in columns],
            day_by=day.name,
            **about,
        )

    def tell(self, columns, time_column):
        """Says what is not copied as it is, once in a run."""
        notes = [f"column '{column.name}': {column.note}" for column in columns if column.note]
        if time_column and not time_column.not_null:
            notes.append(f"rows without '{time_column.name}' belong to no day, and are not copied")
        for note in notes:
            if note not in self.told:
                self.say(f"note: {note}")
        self.told = notes

    def check_clock(self, cursor, date):
        """:raises Failed: if the day, by the database's clock, has not begun, or is not over and is not what was asked for"""
        cursor.execute("select (now() at time zone 'UTC')::text")
        now = cursor.fetchone()[0]
        if now < (date if self.days.given else shifted(date, 1)):
            day = "a day that has begun" if self.days.given else "a day that is over"
            raise Failed(
                f"{date}: expected {day}, found {now} on the database's clock",
                "set the node's clock by NTP, or the database's",
            )

    def check(self, bronze, columns, day):
        """:raises Failed: if the last day in the lake has columns that these cannot follow"""
        last = max(self.done, default=None)
        if not last:
            return
        committed = bronze.committed(last)
        # The first version had one table.
        before = committed.get("day_by", "created_at")
        if day.name != before:
            raise Failed(
                f"TIME_COLUMN: expected {before or 'none'} as for {last} in {self.place}, found {day.name or 'none'}",
                f"set TIME_COLUMN and TIME_ZONE so, or give another BRONZE_{bronze.setting}",
            )
        earlier, now = bronze.columns(last, committed), {c.name: bronze.held(c.type) for c in columns}
        problems = [f"no column '{name}'" for name in earlier if name not in now]
        problems += [f"column '{n}': {now[n]}, not {type_}" for n, type_ in earlier.items() if now.get(n, type_) != type_]
        if problems:
            raise Failed(
                f"table '{self.table}': expected the columns of {last} in {self.place}, found {'; '.join(problems)}",
                "set COLUMNS and DECIMALS as before, let SOURCE_TABLE be a view with all these columns, or give another"
                f" BRONZE_{bronze.setting}",
            )
        for name in now:
            if name not in earlier:
                self.say(f"note: column '{name}' is new: NULL in earlier days")

    @contextmanager
    def explained(self):
        """:raises Failed: for a failure in the block whose remedy is known"""
        try:
            yield
        except Failed:
            raise
        except Exception as e:
            cause = re.sub(r"^(ValueError|psycopg2\.[\w.]+): ", "", message(e))
            for pattern, remedy in REMEDIES.items():
                if re.search(pattern, cause):
                    raise Failed(f"{self.table}: {cause}", remedy) from None
            raise

    def run_tasks(self, spark, what, settings, parts):
        import copying

        context = spark.sparkContext
        context.setJobDescription(what)
        tasks = context.parallelize(list(enumerate(parts)), len(parts))
        return tasks.map(functools.partial(copying.copy, settings)).collect()


if __name__ == "__main__":
    sys.exit(BronzeIngest(os.environ).run())
