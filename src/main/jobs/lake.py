"""
Parquet data by date, in runs that replace each other:

    PATH/business_date=2024-12-27/run=000002-5f0c1a9e/part-….parquet
    PATH/business_date=2024-12-27/run=000002-5f0c1a9e/_COMMITTED

S3 cannot rename, so nothing is written and then moved into place. Each run writes below a name of its own, and one PUT,
which S3 does wholly or not at all, of its _COMMITTED makes it count. The data of a date are the files that the
_COMMITTED of its highest committed run lists, and nothing else.

No pointer is ever overwritten, so two runs at once need no lock: a run is deleted only by a higher one that has
committed, so the highest committed run is whole at any moment, whoever is killed. Numbers come from the runs that are
there and not from clocks, which differ.
"""

import json
import re
import uuid

from job import Failed

COMMITTED = "_COMMITTED"
DATE = "business_date"
RUN = re.compile(r"run=([0-9]{6})-[0-9a-f]{8}")


class Lake:
    """The data below one path."""

    def __init__(self, spark, path):
        self._spark = spark
        self._hadoop = spark._jvm.org.apache.hadoop
        self._fs = self._path(path).getFileSystem(spark._jsc.hadoopConfiguration())
        self.path = path

    def dates(self):
        """All days that have a committed run, as YYYY-MM-DD, in their order."""
        names = [name[len(DATE) + 1 :] for name in self._names(self.path) if name.startswith(DATE + "=")]
        return [date for date in sorted(names) if self.committed(date)]

    def committed(self, date):
        """The _COMMITTED of a day's highest committed run; None if there is none."""
        while True:
            runs = self._runs(date)
            for run in reversed(runs):
                listed = self._read(f"{self._directory(date)}/{run}/{COMMITTED}")
                if listed is not None:
                    return listed
            # Between the two a higher run may have removed the one that was listed.
            if self._runs(date) == runs:
                return None

    def files(self, date):
        """The full names of a day's files."""
        committed = self.committed(date)
        return [f"{self._directory(date)}/{committed['run']}/{file['name']}" for file in committed["files"]]

    def last(self):
        """The last day that has a committed run, and its _COMMITTED; None for both if there is none."""
        for name in sorted(self._names(self.path), reverse=True):
            committed = self.committed(name[len(DATE) + 1 :]) if name.startswith(DATE + "=") else None
            if committed:
                return name[len(DATE) + 1 :], committed
        return None, None

    def columns(self, date, committed):
        """A day's columns: their types, in Spark's SQL, by their names, which earlier versions did not write."""
        listed = committed.get("columns")
        if listed is None:
            return dict(self._spark.read.parquet(*self.files(date)).dtypes)
        return {column["name"]: column["type"] for column in listed}

    def read(self, schema, files):
        """Data with these columns; each is NULL in files without it."""
        types = ", ".join(f"`{name.replace('`', '``')}` {type_}" for name, type_ in schema.items())
        return self._spark.read.schema(types).parquet(*files)

    def replace(self, date, frame):
        """
        Makes these rows the data of a day.

        :returns: how many rows there are
        """

        def write(directory):
            # _SUCCESS would be a second word for "done".
            frame.write.option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false").parquet(directory)
            sizes = self._files(directory)
            # What is in the store is counted, and not what was meant to get there.
            rows = self._spark.read.schema(frame.schema).parquet(*[f"{directory}/{name}" for name in sizes]).count()
            return [{"name": name, "bytes": size} for name, size in sizes.items()], rows

        return self.commit(date, write)

    def commit(self, date, write, expected=None, **about):
        """
        Makes files the data of a day, and removes what they replace: earlier runs, killed ones too. Until then a run changes
        nothing for readers.

        :param write: writes files into a directory, and returns name and bytes of each, and how many rows there are
        :param expected: how many rows there must be; else it is an error, and nothing is replaced
        :param about: what _COMMITTED says of the data besides
        :returns: how many rows there are
        """
        runs = self._runs(date)
        number = 1 + (int(RUN.fullmatch(runs[-1]).group(1)) if runs else 0)
        run = f"run={number:06d}-{uuid.uuid4().hex[:8]}"
        directory = f"{self._directory(date)}/{run}"
        files, rows = write(directory)
        found = self._files(directory)
        for name in set(found) - {file["name"] for file in files}:
            # an attempt that failed, or was not needed
            self._fs.delete(self._path(f"{directory}/{name}"), False)
        for file in files:
            if found.get(file["name"]) != file["bytes"]:
                cause = f"'{directory}/{file['name']}': expected {file['bytes']} bytes, found {found.get(file['name'])}"
                raise Failed(cause, "nothing is replaced; run the job again")
        if expected is not None and rows != expected:
            raise Failed(
                f"'{directory}': expected {expected} rows, found {rows}",
                "nothing is replaced; if the source is a view that is not the same each time it is read (limit, random),"
                " copy it into a table; else run the job again",
            )
        self._write(f"{directory}/{COMMITTED}", {"run": run, "rows": rows, "files": files, **about})
        self._remove_replaced(date, run)
        return rows

    def _remove_replaced(self, date, own):
        current = self.committed(date)["run"]
        for run in self._runs(date):
            if run < current:
                self._fs.delete(self._path(f"{self._directory(date)}/{run}"), True)
        if current != own:
            cause = f"{own}: another run of {date} at the same time, {current}, replaced it"
            raise Failed(cause, "none: that run's data are whole")

    def _directory(self, date):
        return f"{self.path}/{DATE}={date}"

    def _runs(self, date):
        return sorted(name for name in self._names(self._directory(date)) if RUN.fullmatch(name))

    def _files(self, directory):
        """The bytes of each Parquet file, by its name."""
        listed = self._fs.listStatus(self._path(directory))
        sizes = {status.getPath().getName(): status.getLen() for status in listed}
        return {name: size for name, size in sizes.items() if name.endswith(".parquet")}

    def _names(self, directory):
        from py4j.protocol import Py4JJavaError

        try:
            return [status.getPath().getName() for status in self._fs.listStatus(self._path(directory))]
        except Py4JJavaError as e:
            if e.java_exception.getClass().getName() == "java.io.FileNotFoundException":
                return []
            raise

    def _read(self, name):
        from py4j.protocol import Py4JJavaError

        try:
            stream = self._fs.open(self._path(name))
        except Py4JJavaError as e:
            if e.java_exception.getClass().getName() == "java.io.FileNotFoundException":
                return None
            raise
        try:
            return json.loads(self._spark._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()

    def _write(self, name, content):
        stream = self._fs.create(self._path(name), False)
        stream.write(json.dumps(content, indent=1).encode())
        # The PUT happens here.
        stream.close()

    def _path(self, name):
        return self._hadoop.fs.Path(name)
