"""Copies the events of one day from PostgreSQL's outbox table to Parquet."""

import datetime
import time
from contextlib import contextmanager

import job
from job import Failed, Settings, say

settings = Settings()
JDBC_URL = settings.jdbc_url("JDBC_URL")
USER = settings.text("PGUSER", "a user of PostgreSQL")
PASSWORD = settings.secret("PGPASSWORD", "that user's password")
NAME = r'([A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+")'
TABLE = settings.text("SOURCE_TABLE", "TABLE or SCHEMA.TABLE", rf"{NAME}(\.{NAME})?")
ENDPOINT = settings.store()
PATH = settings.path("BRONZE_PATH")
DATE = settings.date("BUSINESS_DATE")
PARTITIONS = settings.number("JDBC_PARTITIONS", 1, 64, 4)

# The driver's own defaults wait for ever. The URL's parameters, if it has these, come before them. Whatever a service
# file says, data must not become SQL.
PROPERTIES = {
    "user": USER,
    "password": PASSWORD,
    "connectTimeout": "10",
    "loginTimeout": "15",
    "socketTimeout": "120",
    "tcpKeepAlive": "true",
    "ApplicationName": job.NAME,
    "preferQueryMode": "extended",
}


def work():
    import lake
    import outbox

    job.preflight(ENDPOINT, f"--jdbc={JDBC_URL}", f"--table={TABLE}", f"--s3={PATH}")
    spark = job.session(ENDPOINT)
    with connection(spark) as source:
        check_columns(source, outbox.COLUMNS)
        snapshot, rows, first, last = source.row(
            "select pg_export_snapshot(), count(*), coalesce(min(id), 0), coalesce(max(id), 0)"
            f" from {TABLE} where {day()}"
        )
        rows, first, last = int(rows), int(first), int(last)
        say(f"{DATE}: {TABLE} has {rows} events")
        events = spark.read.jdbc(
            JDBC_URL,
            TABLE,
            predicates=[f"{day()} and {part}" for part in parts(first, last, int(PARTITIONS))],
            properties={
                **PROPERTIES,
                "driver": "org.postgresql.Driver",
                "fetchsize": "10000",
                # All connections see the table at the one moment of which the rows were counted.
                "sessionInitStatement": "set transaction isolation level repeatable read read only; "
                f"set transaction snapshot '{snapshot}'",
            },
        ).select(outbox.NAMES)
        expected, found = (schema.simpleString() for schema in (outbox.SCHEMA, events.schema))
        if found != expected:
            raise Failed(f"table '{TABLE}': expected {expected}, found {found}", "report it: this job reads it wrongly")
        started = time.monotonic()
        lake.Lake(spark, PATH).replace(DATE, events, rows)
    say(f"{DATE}: wrote {rows} rows in {time.monotonic() - started:.1f} s")
    spark.stop()
    return f"{DATE}: {rows} events are in {PATH}" if rows else f"{DATE}: no events that day; {PATH} says so"


def day():
    """The rows of the day: from its first moment to before the next day's first moment, in UTC."""
    begin, end = (f"timestamptz '{date} 00:00:00+00'" for date in (DATE, DATE + datetime.timedelta(days=1)))
    return f"created_at >= {begin} and created_at < {end}"


def parts(first, last, count):
    """Conditions that hold, together, for each id from the first to the last once."""
    bounds = [first + (last + 1 - first) * i // count for i in range(count + 1)]
    return [f"id >= {low} and id < {high}" for low, high in zip(bounds, bounds[1:]) if low < high]


@contextmanager
def connection(spark):
    """The connection that holds the snapshot until all have read from it."""
    properties = spark._jvm.java.util.Properties()
    for name, value in PROPERTIES.items():
        properties.setProperty(name, value)
    opened = spark._jvm.org.postgresql.Driver().connect(JDBC_URL, properties)
    try:
        opened.setAutoCommit(False)
        opened.setReadOnly(True)
        opened.setTransactionIsolation(spark._jvm.java.sql.Connection.TRANSACTION_REPEATABLE_READ)
        opened.createStatement().execute("set idle_in_transaction_session_timeout = 0")
        yield Source(opened)
    finally:
        opened.close()


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


def check_columns(source, expected):
    """
    The table's columns are those of the schema; others may be beside them.

    :raises Failed: with all differences
    """
    quoted = TABLE.replace("'", "''")
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
            f"table '{TABLE}': expected the outbox's columns, found {'; '.join(problems)}",
            "alter the table, or give a view with these columns as SOURCE_TABLE",
        )


settings.check()
job.run(work)
