"""
A table of the catalog 'lake' that has days, as a path has them (lake.py): the column business_date says to which day a row
belongs, and is the name of a partition alone, so that the files of tasks that know nothing of Iceberg can be those of a table.

A day is replaced in one commit, which PostgreSQL serialises: it adds the files of a run, with their metrics, removes those
that the day had, and adds the columns that are new. Files that no commit counts are left by killed runs only. The columns
of a file are found by the numbers that the table gave them, which the tasks write into it.
"""

import contextlib
import functools
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

from days import shifted
from job import Failed, message
from lake import DATE, Files

# In the summary of a snapshot: which run has made it.
RUN = "rbs-spark.run"
# And by which transactions of the source the rows of its day were written, if a run looks for late rows.
WRITTEN = "rbs-spark.written"
# A property of the table: by what a row belongs to a day.
DAY_BY = "rbs-spark.day-by"
# Iceberg's default is 4, which more writers than that can use up.
PROPERTIES = {"commit.retry.num-retries": "10"}
# Commits that are tried if compaction or runs of other days come before each of them.
ATTEMPTS = 10
# Footers that are read at once.
THREADS = 8
UNANSWERED = "see why PostgreSQL does not answer; then run the job again, whether or not this commit counts"
EXCEPTIONS = "org.apache.iceberg.exceptions."


class CommitAgain(Exception):
    """A commit failed, but only compaction and runs of other days came before it."""


class Table(Files):
    """A table by its name in Spark, which need not be there yet."""

    setting = "TABLE"

    def __init__(self, spark, name):
        self._spark, self.name = spark, name
        self._iceberg = spark._jvm.org.apache.iceberg
        with catalog_explained():
            # A catalog that fails is, for Spark's SQL, none at all; so it is asked for by itself.
            spark._jsparkSession.sessionState().catalogManager().catalog(name.partition(".")[0])
            self._table = self._load()
        super().__init__(spark, name)

    def runs(self):
        """The rows of each day, by the day."""
        return {day: rows for day, (rows, _) in self.sizes().items()}

    def sizes(self):
        """Rows and bytes of each day, by the day; rows without a day, which others wrote, are left out."""
        if not self._table:
            return {}
        self._table.refresh()
        self._check_days()
        # By Iceberg, which reads its metadata at once; Spark's SQL takes more than a second to begin.
        kind = self._iceberg.MetadataTableType.PARTITIONS
        scan = self._iceberg.MetadataTableUtils.createMetadataTableInstance(self._table, kind).newScan()
        names = f"partition.{DATE}", "record_count", "total_data_file_size_in_bytes"
        day, *numbers = (scan.schema().accessorForField(scan.schema().findField(name).fieldId()) for name in names)
        rows = (row for task in each(scan.planFiles()) for row in each(task.asDataTask().rows()))
        found = ((day.get(row), [number.get(row) for number in numbers]) for row in rows)
        return {shifted("1970-01-01", days): sums for days, sums in found if days is not None}

    def committed(self, date):
        """Rows of a day, by what column a row belongs to a day, and what the last run said of the rows."""
        found = {"rows": self.runs()[date], "day_by": self._table.properties().get(DAY_BY) or None}
        of_day = (made.summary() for made in self._later() if made and made.summary().get(DATE) == date)
        written = next((summary.get(WRITTEN) for summary in of_day), None)
        return {**found, "written": written} if written else found

    def columns(self, date, committed):
        """The types of the table's columns, in Spark's SQL, by their names."""
        return {name: type_ for name, type_ in self._spark.table(self.name).dtypes if name != DATE}

    def history(self):
        """The numbers of the snapshots that led to what the table is now, oldest first."""
        if not self._table:
            return []
        self._table.refresh()
        return [str(made.snapshotId()) for made in self._later() if made][::-1]

    def changed(self, since):
        """The days that were replaced since a snapshot; all of them if it is none of the history, or others wrote meanwhile."""
        self._table.refresh()
        found = self._replaced(since)
        return set(self.runs()) if None in found else found

    def is_as_since(self, snapshot, date=None):
        """Whether nothing has changed the rows of a day, or of all days, since a snapshot: compaction has not."""
        self._table.refresh()
        replaced = self._replaced(snapshot)
        return not (replaced & {None, date} if date else replaced)

    def _replaced(self, since):
        """The days that commits since a snapshot say they have replaced; None among them if one does not say."""
        return {made and made.summary().get(DATE) for made in self._later(since) if made is None or made.operation() != "replace"}

    def _later(self, since=None):
        """The snapshots after this one, newest first; None as the last if it is none of the history."""
        snapshot = self._table.currentSnapshot()
        while snapshot and str(snapshot.snapshotId()) != since:
            yield snapshot
            snapshot = self._table.snapshot(snapshot.parentId()) if snapshot.parentId() else None
        if not snapshot:
            yield None

    @staticmethod
    def held(type_):
        """The type of a column whose values have this type."""
        return "int" if type_ == "smallint" else type_

    def commit(self, date, write, expected=None, columns=(), day_by=None, written=None):
        """
        Makes files the data of a day, in one commit with the removal of what they replace. Until then a run changes nothing
        but for an empty table, if there was none.

        :param write: writes files into a directory, with the numbers of the table's columns, and returns name, bytes and
            rows of each, and how many rows there are
        :param expected: how many rows there must be; else it is an error, and nothing is replaced
        :returns: the snapshot that has them, rows and files
        """
        types = {column["name"]: self.held(column["type"]) for column in columns}
        self._create(types, day_by)
        self._table.refresh()
        before = self._table.currentSnapshot()
        transaction, ids = self._begin(types)
        run = uuid.uuid4().hex[:8]
        directory = f"{self._table.location()}/data/{DATE}={date}/{run}"
        # It may be another bucket's.
        self._fs = self._path(directory).getFileSystem(self._spark._jsc.hadoopConfiguration())
        try:
            files, rows = self.fill(directory, functools.partial(write, ids=ids), expected)
            with ThreadPoolExecutor(THREADS) as threads:
                describe = functools.partial(self._data_file, transaction.table(), date)
                named = [{**file, "name": f"{directory}/{file['name']}"} for file in files]
                found = list(threads.map(describe, named))
        except Exception:
            self._forget(directory)
            raise
        summary = {DATE: date, RUN: run, **({WRITTEN: written} if written else {})}
        for attempt in range(ATTEMPTS):
            try:
                self._replace(transaction, before, summary, found, directory)
                break
            except CommitAgain:
                before = self._table.currentSnapshot()
                transaction, again = self._begin(types)
                if again != ids or attempt + 1 == ATTEMPTS:
                    self._forget(directory)
                    cause = f"'{directory}': others changed the table '{self.name}' at the same time"
                    raise Failed(cause, "nothing is replaced; run the job again") from None
        return {"run": str(self._table.currentSnapshot().snapshotId()), "rows": rows, "files": files}

    def adopt(self, lake, days, tell):
        """
        Makes the files of a path those of this table, which has no days yet: in one commit, where they are.

        :param tell: takes a line for each hundred days
        :returns: the snapshot, rows and bytes
        """
        committed = {day: lake.committed(day) for day in days}
        types = {}
        for day in days:
            for name, type_ in lake.columns(day, committed[day]).items():
                if types.setdefault(name, self.held(type_)) != self.held(type_):
                    raise Failed(
                        f"column '{name}': expected {types[name]} as before {day}, found {type_}",
                        "run bronze_ingest into a table for the days from then on",
                    )
        # The first version had one table of the source, and did not say by what.
        self._create(types, committed[days[-1]].get("day_by", "created_at"))
        self._table.refresh()
        transaction = self._table.newTransaction()
        # These files know their columns by name alone.
        mapping = self._iceberg.mapping.MappingUtil.create(self._table.schema())
        as_text = self._iceberg.mapping.NameMappingParser.toJson(mapping)
        transaction.updateProperties().set("schema.name-mapping.default", as_text).commit()
        append, rows, size = transaction.newAppend(), 0, 0
        with ThreadPoolExecutor(THREADS) as threads:
            for number, day in enumerate(days, 1):
                files = [
                    {"name": name, "bytes": file["bytes"]}
                    for name, file in zip(lake.files(day, committed[day]), committed[day]["files"])
                ]
                describe = functools.partial(self._data_file, transaction.table(), day, mapping=mapping)
                for found in threads.map(describe, files):
                    append.appendFile(found)
                    rows, size = rows + found.recordCount(), size + found.fileSizeInBytes()
                if number % 100 == 0:
                    tell(f"{number} of {len(days)} days")
        expected = sum(one["rows"] for one in committed.values())
        if rows != expected:
            raise Failed(f"'{lake.path}': expected {expected} rows, found {rows}", "nothing is changed; run bronze_ingest again")
        append.commit()
        transaction.commitTransaction()
        self._table.refresh()
        return {"rows": rows, "bytes": size, "run": str(self._table.currentSnapshot().snapshotId())}

    def remove(self, date):
        """Removes a day. Its files stay until no snapshot has them."""
        self._spark.sql(f"DELETE FROM {self.name} WHERE {DATE} = DATE'{date}'")

    def _load(self):
        spark3 = self._iceberg.spark.Spark3Util
        try:
            return spark3.loadIcebergTable(self._spark._jsparkSession, self.name)
        except Exception as e:
            if "TABLE_OR_VIEW_NOT_FOUND" in str(e):
                return None
            raise

    def _create(self, types, day_by):
        if self._table:
            return
        if DATE in types:
            raise Failed(f"column '{DATE}': expected no column of this name, since the table's days have it", "leave it out by COLUMNS")
        columns = ", ".join(f"{quoted(name)} {type_}" for name, type_ in {**types, DATE: "date"}.items())
        properties = ", ".join(f"'{name}' = {text(value)}" for name, value in {**PROPERTIES, DAY_BY: day_by or ""}.items())
        with catalog_explained():
            self._spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {self.name.rpartition('.')[0]}")
            self._spark.sql(
                f"CREATE TABLE IF NOT EXISTS {self.name} ({columns}) USING iceberg PARTITIONED BY ({DATE})"
                f" TBLPROPERTIES ({properties})"
            )
            self._table = self._load()

    def _check_days(self):
        """:raises Failed: if it has no days"""
        fields = [field.name() for field in self._table.spec().fields()]
        if fields != [DATE]:
            raise Failed(
                f"table '{self.name}': expected it partitioned by {DATE}, found {', '.join(fields) or 'no partitions'}",
                "name a table that this job has made, or one that is not there yet",
            )

    def _begin(self, types):
        """A transaction in which the table has these columns, and their numbers."""
        transaction = self._table.newTransaction()
        self._evolve(transaction, types)
        schema = transaction.table().schema()
        return transaction, {name: schema.findField(name).fieldId() for name in types}

    def _evolve(self, transaction, types):
        """Adds the columns that are new."""
        schema = self._table.schema()
        new = {name: type_ for name, type_ in types.items() if schema.findField(name) is None}
        if not new:
            return
        change = transaction.updateSchema()
        for name, type_ in new.items():
            spark_type = self._spark._jvm.org.apache.spark.sql.types.DataType.fromDDL(type_)
            change.addColumn(None, name, self._iceberg.spark.SparkSchemaUtil.convert(spark_type))
        change.commit()

    def _data_file(self, table, date, file, mapping=None):
        """A file as Iceberg knows it, with the numbers of its footer."""
        opened = table.io().newInputFile(file["name"], file["bytes"])
        config = self._iceberg.MetricsConfig.forTable(table)
        metrics = self._iceberg.parquet.ParquetUtil.fileMetrics(opened, config, mapping)
        builder = self._iceberg.DataFiles.builder(table.spec()).withPath(file["name"]).withFormat("parquet")
        return builder.withFileSizeInBytes(file["bytes"]).withPartitionPath(f"{DATE}={date}").withMetrics(metrics).build()

    def _replace(self, transaction, before, summary, files, directory):
        from py4j.protocol import Py4JJavaError

        date = summary[DATE]
        of_day = self._iceberg.expressions.Expressions.equal(DATE, date)
        overwrite = transaction.newOverwrite().overwriteByRowFilter(of_day).conflictDetectionFilter(of_day)
        overwrite.validateNoConflictingData().validateNoConflictingDeletes()
        if before:
            overwrite.validateFromSnapshot(before.snapshotId())
        for file in files:
            overwrite.addFile(file)
        for name, value in summary.items():
            overwrite.set(name, value)
        try:
            overwrite.commit()
            transaction.commitTransaction()
        except Py4JJavaError as e:
            self._look_again(e, summary[RUN], date, before, directory)
        self._table.refresh()

    def _look_again(self, error, run, date, before, directory):
        """
        :raises Failed: if the commit that failed does not count after all
        :raises CommitAgain: if the rows of the day are as before
        """
        kind = error.java_exception.getClass().getName()
        try:
            self._table.refresh()
            if any(made and made.summary().get(RUN) == run for made in self._later(before and str(before.snapshotId()))):
                return
            as_before = before and is_conflict(error) and self.is_as_since(str(before.snapshotId()), date)
        except Exception as e:
            raise Failed(
                f"'{directory}': expected the catalog's answer to a commit, found {message(e)}",
                UNANSWERED,
            ) from None
        if as_before:
            raise CommitAgain
        if kind == EXCEPTIONS + "ValidationException":
            self._forget(directory)
            cause = f"'{directory}': another run of {date} at the same time counts instead"
            raise Failed(cause, "none: that run's data are whole; to replace them, run the job again") from None
        if kind == EXCEPTIONS + "CommitFailedException":
            self._forget(directory)
            cause = f"'{directory}': others changed the table '{self.name}' at the same time: {message(error)}"
            raise Failed(cause, "nothing is replaced; run the job again") from None
        if kind == EXCEPTIONS + "CommitStateUnknownException":
            cause = f"'{directory}': expected the catalog's answer to a commit, found {message(error)}"
            raise Failed(cause, "see why PostgreSQL ended the connection; the commit does not count, so run the job again") from None
        raise error

    def _forget(self, directory):
        with contextlib.suppress(Exception):
            self._fs.delete(self._path(directory), True)


@contextlib.contextmanager
def catalog_explained():
    """:raises Failed: if the block cannot use the catalog"""
    try:
        yield
    except Failed:
        raise
    except Exception as e:
        raise Failed(
            "catalog 'lake': " + re.sub(r"^[\w.]+Exception: ", "", message(e)),
            "correct LAKE_JDBC_URL, LAKE_USER and LAKE_PASSWORD, or see why PostgreSQL or the store refuses it",
        ) from None


def is_conflict(error):
    """Whether a commit failed since others changed the table at the same time."""
    return any(name in str(error) for name in ("ValidationException", "CommitFailedException"))


def each(iterable):
    """What a Java iterable has, one at a time: Iceberg may give the same object again, with the next row in it."""
    iterator = iterable.iterator()
    while iterator.hasNext():
        yield iterator.next()


def text(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quoted(name):
    return "`" + name.replace("`", "``") + "`"
