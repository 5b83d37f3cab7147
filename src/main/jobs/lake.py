"""
Parquet data by date, in runs that replace each other:

    PATH/business_date=2024-12-27/run=000002/5f0c1a9e/part-….parquet
    PATH/business_date=2024-12-27/run=000002/_COMMITTED

S3 cannot rename, so nothing is written and then moved into place. Each run writes below a name of its own, and one PUT
of _COMMITTED, which S3 does wholly or not at all, makes it count. The data of a date are the files that the _COMMITTED
with the highest number lists, by their names below its own directory, and nothing else. Numbers come from the runs that
are there and not from clocks, which differ.

Runs that start at once have the same number, and so the same _COMMITTED. The PUT has the header "If-None-Match: *": the
first run commits, and the store refuses the others. A store without conditional PUT ignores the header, and the last
run counts. That loses nothing either, because a run is deleted only after a higher number is committed: the files that
the highest _COMMITTED lists are there at any moment, whoever is killed, and no lock is needed.

Earlier versions wrote to run=NUMBER-ID/, with the files beside _COMMITTED. Such runs are read and replaced as well.
"""

import json
import re
import uuid

from job import Failed

COMMITTED = "_COMMITTED"
DATE = "business_date"
RUN = re.compile(r"run=([0-9]{6})(-[0-9a-f]{8})?")


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
        run = f"run={1 + max(map(number, self._runs(date)), default=0):06d}"
        name = uuid.uuid4().hex[:8]
        directory = f"{self._directory(date)}/{run}/{name}"
        written, rows = write(directory)
        found = self._files(directory)
        for file in set(found) - {file["name"] for file in written}:
            # of an attempt that failed, or was not needed
            self._fs.delete(self._path(f"{directory}/{file}"), False)
        for file in written:
            if found.get(file["name"]) != file["bytes"]:
                cause = f"'{directory}/{file['name']}': expected {file['bytes']} bytes, found {found.get(file['name'])}"
                raise Failed(cause, "nothing is replaced; run the job again")
        if expected is not None and rows != expected:
            raise Failed(
                f"'{directory}': expected {expected} rows, found {rows}",
                "nothing is replaced; if the source is a view that is not the same each time it is read (limit, random),"
                " copy it into a table; else run the job again",
            )
        files = [{**file, "name": f"{name}/{file['name']}"} for file in written]
        self._commit(date, {"run": run, "rows": rows, "files": files, **about}, directory)
        return rows

    def _commit(self, date, own, directory):
        pointer = f"{self._directory(date)}/{own['run']}/{COMMITTED}"
        # A PUT that was tried again may have been refused because of its own first try.
        if not self._create(pointer, own) and self._read(pointer) != own:
            self._fs.delete(self._path(directory), True)
        current = self.committed(date)
        for run in self._runs(date):
            if number(run) < number(current["run"]):
                self._fs.delete(self._path(f"{self._directory(date)}/{run}"), True)
        if current != own:
            cause = f"'{directory}': another run of {date} at the same time, {current['run']}, counts instead"
            raise Failed(cause, "none: that run's data are whole; to replace them, run the job again")

    def _directory(self, date):
        return f"{self.path}/{DATE}={date}"

    def _runs(self, date):
        """In the order of their keys."""
        runs = [name for name in self._names(self._directory(date)) if RUN.fullmatch(name)]
        return sorted(runs, key=lambda run: f"{run}/")

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
            try:
                return json.loads(self._spark._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
            finally:
                stream.close()
        except Py4JJavaError as e:
            error = e.java_exception.getClass().getName()
            if error == "java.io.FileNotFoundException":
                return None
            # A store without conditional PUT has let another run write it since it was opened.
            if error == "org.apache.hadoop.fs.s3a.RemoteFileChangedException":
                return self._read(name)
            raise

    def _create(self, name, content):
        """Writes a file that is not there yet, in one step. False if it is there; it stays as it is."""
        from py4j.protocol import Py4JJavaError

        data = json.dumps(content, indent=1).encode()
        if self._fs.getScheme() == "s3a":
            return self._put(name, data, {"If-None-Match": "*"})
        try:
            stream = self._fs.create(self._path(name), False)
        except Py4JJavaError as e:
            if e.java_exception.getClass().getName() == "org.apache.hadoop.fs.FileAlreadyExistsException":
                return False
            raise
        stream.write(data)
        stream.close()
        return True

    def _put(self, name, data, headers):
        """One PUT by S3A's own client and with its settings, since no method of S3A itself takes headers."""
        from py4j.protocol import Py4JJavaError

        request = self._fs.getRequestFactory().newPutObjectRequest(
            self._fs.pathToKey(self._path(name)),
            self._fs.newObjectMetadata(len(data)),
            self._spark._jvm.java.io.ByteArrayInputStream(data),
        )
        for header, value in headers.items():
            request.putCustomRequestHeader(header, value)
        try:
            self._fs.putObject(request).getUpload().waitForUploadResult()
            return True
        except Py4JJavaError as e:
            error = e.java_exception
            status = error.getStatusCode() if error.getClass().getSimpleName() == "AmazonS3Exception" else None
            if status == 412:
                return False
            # Some stores refuse the header itself.
            if status == 501 and headers:
                return self._put(name, data, {})
            raise

    def _path(self, name):
        return self._hadoop.fs.Path(name)


def number(run):
    return int(RUN.fullmatch(run).group(1))
