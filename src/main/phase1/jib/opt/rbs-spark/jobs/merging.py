"""
Silver as a table: the latest row of each key, as of the last day that was merged. One MERGE takes the rows of the days of
bronze that have changed since the last one; a row counts if it is not before the one that is there, so that a day which is
merged again changes nothing. After it, the day is a tag of the table, and can be read as it was.

The table says up to which snapshot of bronze it has been merged, and which snapshot of its own has that. If that one is none
of its history, as after a rollback, or bronze's is none of bronze's, all days are merged again.
"""

import contextlib
import math
import time

from job import Failed, message
from lake import DATE
from tables import UNANSWERED, Table, catalog_explained, is_conflict, quoted, text

PLACE = "__place"
SHUFFLES = "spark.sql.shuffle.partitions"
# Bytes of files for each partition of a shuffle: the rows take several times as many.
PARTITION = 16 << 20
SETTINGS = "rbs-spark.settings"
# Snapshot of this table, snapshot of bronze.
MERGED = "rbs-spark.merged"


class Silver(Table):
    """The table by its name; its days are its tags."""

    def runs(self):
        """The snapshot of each day that has a tag, by the day."""
        if not self._table:
            return {}
        self._table.refresh()
        return {name: ref.snapshotId() for name, ref in self._table.refs().items() if ref.isTag() and len(name) == 10}

    def remove(self, date):
        """Removes the tag of a day. Its files stay until no snapshot has them."""
        self._spark.sql(f"ALTER TABLE {self.name} DROP TAG IF EXISTS `{date}`")

    def since(self):
        """The snapshot of bronze that is in this table; None if that is not known."""
        merged = self._table and self._table.properties().get(MERGED)
        own, _, bronze = (merged or "").partition(" ")
        return bronze if own in self.history() else None

    def merge(self, bronze, now, merged, days, key, order, partition, check):
        """
        Merges these days of bronze, and tags the last.

        :param now: bronze's snapshot to read
        :param merged: bronze's snapshot of which nothing is left to merge then
        :param check: takes what is wrong with the rows, as silver's own check does
        """
        settings = f"{', '.join(key)}; {', '.join(order)}; {partition or ''}"
        self._prepare(bronze, settings, partition)
        dates = ", ".join(f"DATE'{day}'" for day in days)
        keys = ", ".join(map(quoted, key))
        last = ", ".join(f"{quoted(name)} DESC NULLS LAST" for name in [*order, DATE])
        rows = self._spark.sql(
            f"SELECT *, rank() OVER (PARTITION BY {keys} ORDER BY {last}) AS {PLACE}"
            f" FROM {bronze.name} VERSION AS OF {now} WHERE {DATE} IN ({dates})"
        ).where(f"{PLACE} = 1").drop(PLACE)
        self._size_shuffles(bronze, days)
        # The check takes them, and MERGE does twice: to find the files with their keys, and to write these again.
        rows.persist().createOrReplaceTempView("latest")
        check([self._wrong(key, keys)])
        same = " AND ".join(f"t.{quoted(name)} = s.{quoted(name)}" for name in key)
        moment = {of: f"struct({', '.join(f'{of}.{quoted(name)}' for name in [*order, DATE])})" for of in "st"}
        sql = (
            f"MERGE INTO {self.name} t USING latest s ON {same}"
            f" WHEN MATCHED AND {moment['s']} >= {moment['t']} THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        )
        with serialised(self.name):
            before = self.history()[-1:]
            try:
                self._spark.sql(sql)
            except Exception as e:
                # Compaction has changed no row, so it is merged once more.
                if not (before and is_conflict(e) and self.is_as_since(*before)):
                    raise
                self._spark.sql(sql)
            self._table.refresh()
            own = self.history()[-1]
            self._spark.sql(f"ALTER TABLE {self.name} SET TBLPROPERTIES ('{MERGED}' = '{own} {merged}')")
            self._spark.sql(f"ALTER TABLE {self.name} CREATE OR REPLACE TAG `{days[-1]}` AS OF VERSION {own}")
        rows.unpersist()
        return own

    def _size_shuffles(self, bronze, days):
        """As many partitions as the files need, and the cores, unless the job says how many: Spark's 200 are tasks of some rows."""
        if self._spark.sparkContext.getConf().contains(SHUFFLES):
            return
        size = sum(size for day, (_, size) in bronze.sizes().items() if day in days) + self.size()[1]
        cores = self._spark.sparkContext.defaultParallelism
        self._spark.conf.set(SHUFFLES, max(cores, math.ceil(size / PARTITION)))

    def size(self):
        """Rows and bytes."""
        snapshot = self._table.currentSnapshot()
        summary = snapshot.summary() if snapshot else {}
        return int(summary.get("total-records") or 0), int(summary.get("total-files-size") or 0)

    def _prepare(self, bronze, settings, partition):
        """Makes the table, or adds the columns that are new in bronze."""
        columns = dict(self._spark.table(bronze.name).dtypes)
        if not self._table:
            self._make(columns, settings, partition)
            return
        before = self._table.properties().get(SETTINGS)
        if before != settings:
            raise Failed(
                f"KEY_COLUMNS, ORDER_COLUMNS and PARTITION_COLUMN: expected '{before}' as in {self.name}, found '{settings}'",
                "set them so, or give another SILVER_TABLE",
            )
        there = self._spark.table(self.name).columns
        new = ", ".join(f"{quoted(name)} {type_}" for name, type_ in columns.items() if name not in there)
        if new:
            self._spark.sql(f"ALTER TABLE {self.name} ADD COLUMNS ({new})")

    def _make(self, columns, settings, partition):
        declared = ", ".join(f"{quoted(name)} {type_}" for name, type_ in columns.items())
        by = f" PARTITIONED BY ({quoted(partition)})" if partition else ""
        with catalog_explained():
            self._spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {self.name.rpartition('.')[0]}")
            self._spark.sql(
                f"CREATE TABLE IF NOT EXISTS {self.name} ({declared}) USING iceberg{by}"
                f" TBLPROPERTIES ('{SETTINGS}' = {text(settings)})"
            )
            self._table = self._load()

    def _wrong(self, key, keys):
        """How many keys have NULL, or several latest rows, with an example."""
        null = " OR ".join(f"{quoted(name)} IS NULL" for name in key)
        shown = f"concat_ws(', ', {', '.join(f'string({quoted(name)})' for name in key)})"
        row = self._spark.sql(
            f"SELECT coalesce(sum(if(empty, found, 0)), 0) AS nulls, count_if(NOT empty AND found > 1) AS ties,"
            f" first(if(NOT empty AND found > 1, shown, NULL), true) AS tie FROM"
            f" (SELECT {null} AS empty, {shown} AS shown, count(*) AS found FROM latest GROUP BY {keys})"
        ).first()
        return {"nulls": row.nulls, "ties": row.ties, "tie": row.tie, "empty": 0}


@contextlib.contextmanager
def serialised(name):
    """:raises Failed: if a commit in the block lost against another's, or it is not known whether it counts"""
    try:
        yield
    except Exception as e:
        if is_conflict(e):
            cause = f"table '{name}': others changed it at the same time: {message(e)}"
            raise Failed(cause, "run the job again: what is merged already stays as it is") from None
        if "CommitStateUnknownException" in str(e):
            cause = f"table '{name}': expected the catalog's answer to a commit, found {message(e)}"
            raise Failed(cause, UNANSWERED) from None
        raise


def work(job, spark):
    """The report of silver_transform with tables."""
    bronze, silver = Table(spark, job.bronze_table), Silver(spark, job.silver_table)
    ingested, built = bronze.runs(), silver.runs()
    wanted = job.days.wanted(built)
    if wanted[-1] not in ingested:
        raise Failed(
            f"bronze of '{wanted[-1]}': expected rows in {job.bronze_table}, found none",
            f"run bronze_ingest with BUSINESS_DATE={wanted[-1]} first",
        )
    now, since = bronze.history()[-1], silver.since()
    changed = bronze.changed(since)
    # If a later day is left for another run, that one looks again from where this one did.
    merged = now if max(changed, default="") <= wanted[-1] else since or ""
    days = [day for day in sorted(ingested) if day <= wanted[-1] and (day in changed or day in wanted)]
    job.check_columns(bronze.columns(None, None))
    started = time.monotonic()
    snapshot = silver.merge(bronze, now, merged, days, job.key, job.order, job.partition, job.check_rows)
    rows, size = silver.size()
    of = f"{len(days)} days from {days[0]} to {days[-1]}" if len(days) > 1 else days[0]
    job.say(f"{wanted[-1]}: merged bronze of {of} in {time.monotonic() - started:.1f} s")
    job.expire(silver, {*built, wanted[-1]}, more=1)
    said = f"the latest rows of {rows} keys are in {job.silver_table}"
    return [{"job": job.name, "date": wanted[-1], "said": said, "rows": rows, "bytes": size, "run": str(snapshot)}]
