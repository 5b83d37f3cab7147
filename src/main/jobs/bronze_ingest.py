"""Copies the events of one day from PostgreSQL's outbox table to Parquet."""

import datetime
import os
import sys
import time
from contextlib import contextmanager

from job import Failed, Job

NAME = r'([A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+")'


class BronzeIngest(Job):
    name = "bronze_ingest"

    def configure(self, settings):
        self.url = settings.jdbc_url("JDBC_URL")
        user = settings.text("PGUSER", "a user of PostgreSQL")
        password = settings.secret("PGPASSWORD", "that user's password")
        self.table = settings.text("SOURCE_TABLE", "TABLE or SCHEMA.TABLE", rf"{NAME}(\.{NAME})?")
        self.endpoint = settings.store()
        self.path = settings.path("BRONZE_PATH")
        self.date = settings.date("BUSINESS_DATE")
        self.partitions = settings.number("JDBC_PARTITIONS", 1, 64, 4)
        # The driver's own defaults wait for ever. The URL's parameters, if it has these, come before them. Whatever a
        # service file says, data must not become SQL.
        self.properties = {
            "user": user,
            "password": password,
            "connectTimeout": "10",
            "loginTimeout": "15",
            "socketTimeout": "120",
            "tcpKeepAlive": "true",
            "ApplicationName": self.name,
            "preferQueryMode": "extended",
        }

    def work(self):
        import lake
        import outbox

        self.preflight(self.endpoint, f"--jdbc={self.url}", f"--table={self.table}", f"--s3={self.path}")
        spark = self.session(self.endpoint)
        with self.connection(spark) as source:
            self.check_columns(source, outbox.COLUMNS)
            snapshot, rows, first, last = source.row(
                "select pg_export_snapshot(), count(*), coalesce(min(id), 0), coalesce(max(id), 0)"
                f" from {self.table} where {self.day()}"
            )
            rows, first, last = int(rows), int(first), int(last)
            self.say(f"{self.date}: {self.table} has {rows} events")
            events = spark.read.jdbc(
                self.url,
                self.table,
                predicates=[f"{self.day()} and {part}" for part in parts(first, last, int(self.partitions))],
                properties={
                    **self.properties,
                    "driver": "org.postgresql.Driver",
                    "fetchsize": "10000",
                    # All connections see the table at the one moment of which the rows were counted.
                    "sessionInitStatement": "set transaction isolation level repeatable read read only; "
                    f"set transaction snapshot '{snapshot}'",
                },
            ).select(outbox.NAMES)
            expected, found = (schema.simpleString() for schema in (outbox.SCHEMA, events.schema))
            if found != expected:
                cause = f"table '{self.table}': expected {expected}, found {found}"
                raise Failed(cause, "report it: this job reads it wrongly")
            started = time.monotonic()
            lake.Lake(spark, self.path).replace(self.date, events, rows)
        self.say(f"{self.date}: wrote {rows} rows in {time.monotonic() - started:.1f} s")
        spark.stop()
        if rows == 0:
            return f"{self.date}: no events that day; {self.path} says so"
        return f"{self.date}: {rows} events are in {self.path}"

    def day(self):
        """The rows of the day: from its first moment to before the next day's first moment, in UTC."""
        days = (self.date, self.date + datetime.timedelta(days=1))
        begin, end = (f"timestamptz '{day} 00:00:00+00'" for day in days)
        return f"created_at >= {begin} and created_at < {end}"

    @contextmanager
    def connection(self, spark):
        """The connection that holds the snapshot until all have read from it."""
        properties = spark._jvm.java.util.Properties()
        for name, value in self.properties.items():
            properties.setProperty(name, value)
        opened = spark._jvm.org.postgresql.Driver().connect(self.url, properties)
        try:
            opened.setAutoCommit(False)
            opened.setReadOnly(True)
            opened.setTransactionIsolation(spark._jvm.java.sql.Connection.TRANSACTION_REPEATABLE_READ)
            opened.createStatement().execute("set idle_in_transaction_session_timeout = 0")
            yield Source(opened)
        finally:
            opened.close()

    def check_columns(self, source, expected):
        """
        The table's columns are those of the schema; others may be beside them.

        :raises Failed: with all differences
        """
        quoted = self.table.replace("'", "''")
        found = dict(
            source.rows(
                # a view's columns are all nullable
                "select attname, format_type(atttypid, atttypmod)"
                " || case when attnotnull or relkind not in ('r', 'p') then ' not null' else '' end"
                " from pg_attribute join pg_class on attrelid = pg_class.oid"
                f" where attrelid = to_regclass('{quoted}') and attnum > 0 and not attisdropped"
            )
        )
        problems = []
        for name, wanted, _ in expected:
            if name not in found:
                problems.append(f"no column '{name}', which is {wanted}")
            elif found[name].replace(" not null", "") != wanted.replace(" not null", ""):
                problems.append(f"column '{name}': {found[name]}, not {wanted}")
            elif wanted.endswith(" not null") and not found[name].endswith(" not null"):
                problems.append(f"column '{name}': nullable, not {wanted}")
        if problems:
            raise Failed(
                f"table '{self.table}': expected the outbox's columns, found {'; '.join(problems)}",
                "alter the table, or give a view with these columns as SOURCE_TABLE",
            )


def parts(first, last, count):
    """Conditions that hold, together, for each id from the first to the last once."""
    bounds = [first + (last + 1 - first) * i // count for i in range(count + 1)]
    return [f"id >= {low} and id < {high}" for low, high in zip(bounds, bounds[1:]) if low < high]


class Source:
    def __init__(self, opened):
        self._opened = opened

    def row(self, sql):
        return self.rows(sql)[0]

    def rows(self, sql):
        found = self._opened.createStatement().executeQuery(sql)
        columns = range(1, found.getMetaData().getColumnCount() + 1)
        rows = []
        while found.next():
            rows.append([found.getString(column) for column in columns])
        return rows


if __name__ == "__main__":
    sys.exit(BronzeIngest(os.environ).run())
