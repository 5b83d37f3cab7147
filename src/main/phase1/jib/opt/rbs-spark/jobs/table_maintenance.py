"""
Keeps tables of the catalog 'lake' small and fast, beside those who write and read them: expires snapshots, makes few files of
many small ones, makes few manifests of many, and removes files that no snapshot has. Takes LAKE_TABLES; docs/lake.md.

What a killed run had done by then counts, and the next one does the rest. If others change a table at the same time, theirs
counts; the run says so, and leaves that step of that table to the next one.
"""

import os
import sys
import time

import settings as forms
from job import Failed, Job, message, one_line

DAY = 86400
# Manifests that a table may have beyond what their bytes need: each commit adds some.
SPARE_MANIFESTS = 10
MANIFEST_BYTES = 8 << 20


class TableMaintenance(Job):
    name = "table_maintenance"
    # Files that one commit makes fewer of, so that a run can end in time, and loses little to a conflict.
    files_at_once = 100

    def configure(self, settings):
        self.endpoint = settings.store()
        settings.lake()
        expected = "lake.NAMESPACE.TABLE with commas, or nothing for all tables"
        named = settings.text("LAKE_TABLES", expected, rf"({forms.TABLE}(, *{forms.TABLE})*)?", "")
        self.named = named.replace(" ", "").split(",") if named else []
        self.snapshot_seconds = DAY * settings.number("KEEP_SNAPSHOT_DAYS", 1, 36500, 7)
        self.orphan_seconds = DAY * settings.number("KEEP_ORPHAN_DAYS", 1, 366, 3)
        self.compact_seconds = 60 * settings.number("COMPACT_MINUTES", 0, 1440, 60)

    def work(self):
        self.preflight(self.endpoint, "--catalog")
        spark = self.session(self.endpoint)
        reports = self.maintain(spark)
        spark.stop()
        return reports

    def maintain(self, spark):
        """:raises Failed: if a table could not be maintained for another reason than others who write it"""
        import tables

        self.failures = {}
        with tables.catalog_explained():
            every = [Maintained(spark, name) for name in names(spark, "lake")]
        missing = sorted(set(self.named) - {table.name for table in every})
        if missing:
            raise Failed(
                f"LAKE_TABLES: expected tables of the catalog, found no {', '.join(missing)}",
                f"correct it; the catalog has {', '.join(table.name for table in every) or 'no table'}",
            )
        chosen = [table for table in every if not self.named or table.name in self.named]
        self.say(f"{len(chosen)} tables: {', '.join(table.name for table in chosen)}" if chosen else "the catalog has no table")
        for table in chosen:
            self.step(table, "read its metadata", Maintained.load)
        for table in chosen:
            self.step(table, "expire snapshots", lambda t: t.expire(self.snapshot_seconds))
        self.compact(chosen)
        for table in chosen:
            self.step(table, "rewrite manifests", Maintained.rewrite_manifests)
            self.step(table, "remove files", lambda t: self.remove_orphans(t, every))
        for table in chosen:
            if table not in self.failures:
                self.say(f"{table.name}: {table.said()}")
        if self.failures:
            table, first = next(iter(self.failures.items()))
            cause = f"{len(self.failures)} of {len(every)} tables; the first: {table.name}: {first.cause}"
            raise Failed(cause, f"{first.remedy}; what was done counts, and the other tables are done")
        done = {name: sum(table.done[name] for table in chosen) for name in Maintained.DONE}
        said = f"{len(chosen)} tables maintained" if any(done.values()) else f"nothing to do in {len(chosen)} tables"
        return [{"job": self.name, "date": time.strftime("%Y-%m-%d", time.gmtime()), "said": said, "tables": len(chosen), **done}]

    def compact(self, chosen):
        """Lets the tables take turns until nothing is left to do, or the time is over."""
        until, left = time.monotonic() + self.compact_seconds, list(chosen)
        while left and time.monotonic() < until:
            left = [
                table
                for table in left
                if time.monotonic() >= until or self.step(table, "compact", lambda t: t.compact(self.files_at_once, self.say))
            ]
        if left and self.compact_seconds:
            names = ", ".join(table.name for table in left)
            self.say(f"note: the time of COMPACT_MINUTES is over; the next run goes on with {names}")

    def remove_orphans(self, table, every):
        below = [other.name for other in every if other is not table and other.lies_in(table)]
        if below:
            self.say(f"note: {table.name}: removes no files that no snapshot has, since those of {below[0]} are in its directory")
        else:
            table.remove_orphans(self.orphan_seconds)

    def step(self, table, what, work):
        """What the work returns; nothing if the table has failed, or if others changed it meanwhile."""
        import tables

        if table in self.failures:
            return None
        try:
            return work(table)
        except Exception as e:
            if tables.is_conflict(e):
                self.say(f"note: {table.name}: others changed it at the same time; the next run tries again to {what}")
                return None
            failed = e if isinstance(e, Failed) else Failed(message(e), "see what Spark wrote above this, and run the job again")
            self.failures[table] = failed
            self.complain(f"{table.name}: failed to {what}: {one_line(failed.cause)}", f"remedy: {one_line(failed.remedy)}")
            return None


class Maintained:
    """A table, and what has been done to it."""

    DONE = {
        "snapshots": "expired {} snapshots",
        "removed": "removed {} files that only they had",
        "compacted": "made other files of {} small ones",
        "manifests": "rewrote {} manifests",
        "orphans": "removed {} files that no snapshot has",
    }

    def __init__(self, spark, name):
        iceberg = spark._jvm.org.apache.iceberg
        self.name = name
        self.done = dict.fromkeys(self.DONE, 0)
        self._size = iceberg.relocated.com.google.common.collect.Iterables.size
        self._actions = iceberg.spark.actions.SparkActions.get(spark._jsparkSession)
        self._spark, self._table = spark, None

    def load(self):
        self._table = self._spark._jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(self._spark._jsparkSession, self.name)

    def said(self):
        done = [text.format(self.done[name]) for name, text in self.DONE.items() if self.done[name]]
        kept = "" if self._may_remove() else "; keeps all files, since gc.enabled is false"
        return (", ".join(done) or "nothing to do") + kept

    def expire(self, seconds):
        """Removes snapshots that are older, but for the current one and those that have a name, and files that only they have."""
        if not self._may_remove():
            return
        before = self._snapshots()
        action = self._actions.expireSnapshots(self._table).expireOlderThan(millis_ago(seconds))
        action.option("stream-results", "true")
        result = action.execute()
        # Others may have added some meanwhile.
        self.done["snapshots"] += len(before - self._snapshots())
        self.done["removed"] += (
            result.deletedDataFilesCount()
            + result.deletedPositionDeleteFilesCount()
            + result.deletedEqualityDeleteFilesCount()
            + result.deletedManifestsCount()
            + result.deletedManifestListsCount()
            + result.deletedStatisticsFilesCount()
        )

    def compact(self, most, tell):
        """Makes fewer of so many files, in one commit. True if there may be more to do."""
        started = time.monotonic()
        self._table.refresh()
        result = self._actions.rewriteDataFiles(self._table).option("max-files-to-rewrite", str(most)).execute()
        before, after = result.rewrittenDataFilesCount(), result.addedDataFilesCount()
        self.done["compacted"] += before
        if before:
            size = result.rewrittenBytesCount() / 1e6
            tell(f"{self.name}: made {after} files of {before} with {size:.1f} MB in {time.monotonic() - started:.1f} s")
        return before >= most and after < before

    def rewrite_manifests(self):
        """Makes few manifests of many, sorted by partition."""
        self._table.refresh()
        found = self._spark.sql(
            f"SELECT count(*), coalesce(sum(length), 0) FROM {self.name}.manifests WHERE partition_spec_id = {self._table.spec().specId()}"
        ).first()
        if found[0] <= 1 + found[1] // MANIFEST_BYTES + SPARE_MANIFESTS:
            return
        result = self._actions.rewriteManifests(self._table).execute()
        self.done["manifests"] += self._size(result.rewrittenManifests())

    def remove_orphans(self, seconds):
        """Removes files that are older and that no snapshot has: those of killed runs."""
        if not self._may_remove():
            return
        self._table.refresh()
        action = self._actions.deleteOrphanFiles(self._table).olderThan(millis_ago(seconds)).usePrefixListing(True)
        self.done["orphans"] += self._size(action.execute().orphanFileLocations())

    def lies_in(self, other):
        """Whether files of this table are in the other's directory, or would be if it could be read."""
        try:
            self.load()
        except Exception:
            return self.name.startswith(f"{other.name}.")
        places = [self._table.location(), *map(self._table.properties().get, ("write.data.path", "write.metadata.path"))]
        return any(place and f"{place}/".startswith(f"{other._table.location()}/") for place in places)

    def _snapshots(self):
        self._table.refresh()
        return {snapshot.snapshotId() for snapshot in self._table.snapshots()}

    def _may_remove(self):
        """False if its owner has said that its files belong to other tables, too."""
        return self._table.properties().get("gc.enabled") != "false"


def names(spark, namespace):
    """All tables below a namespace, as Spark's SQL names them."""
    found = []
    for row in spark.sql(f"SHOW NAMESPACES IN {namespace}").collect():
        below = f"lake.{'.'.join(map(plain, row[0].split('.')))}"
        found += [f"{below}.{plain(each.tableName)}" for each in spark.sql(f"SHOW TABLES IN {below}").collect()]
        found += names(spark, below)
    return found


def plain(name):
    from tables import quoted

    return name if name.isidentifier() else quoted(name)


def millis_ago(seconds):
    return int((time.time() - seconds) * 1000)


if __name__ == "__main__":
    sys.exit(TableMaintenance(os.environ).run())
