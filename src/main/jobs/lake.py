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

import contextlib
import json
import re
import uuid

from job import Failed

COMMITTED = "_COMMITTED"
DATE = "business_date"
RUN = re.compile(r"run=([0-9]{6})(-[0-9a-f]{8})?")
# In the JVM's text of a listing.
COMMITTED_RUN = re.compile(rf"/{DATE}=([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})/({RUN.pattern.replace('(', '(?:')})/{COMMITTED}[;,}}]")


class Files:
    """Files below one path, and what a run writes there before it counts."""

    def __init__(self, spark, path):
        self._spark = spark
        self._hadoop = spark._jvm.org.apache.hadoop
        self._fs = self._path(path).getFileSystem(spark._jsc.hadoopConfiguration())
        self.path = path

    def fill(self, directory, write, expected):
        """
        Lets a run write into a directory of its own, and removes what is there besides.

        :param write: writes files into a directory, and returns name and bytes of each, and how many rows there are
        :param expected: how many rows there must be, if that is known
        :returns: what it returned
        :raises Failed: if files or rows are not what they should be
        """
        try:
            written, rows = write(directory)
        except Exception:
            with contextlib.suppress(Exception):
                self._fs.delete(self._path(directory), True)
            raise
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
        return written, rows

    def _files(self, directory):
        """The bytes of each Parquet file, by its name below the directory."""
        listed = self._hadoop.util.functional.RemoteIterators.toList(self._fs.listFiles(self._path(directory), True))
        sizes = {status.getPath().toString().split(f"{directory}/", 1)[1]: status.getLen() for status in listed}
        return {name: size for name, size in sizes.items() if name.endswith(".parquet")}

    def _path(self, name):
        return self._hadoop.fs.Path(name)


class Lake(Files):
    """The data below one path."""

    setting = "PATH"

    def runs(self):
        """The highest committed run of each day, by the day. A request for each thousand objects of all days."""
        from py4j.protocol import Py4JJavaError

        try:
            objects = self._fs.listFiles(self._path(self.path), True)
            # As one text, since each object would be several calls of the JVM.
            listed = self._hadoop.util.functional.RemoteIterators.toList(objects).toString()
        except Py4JJavaError as e:
            if e.java_exception.getClass().getName() == "java.io.FileNotFoundException":
                return {}
            raise
        found = {}
        for date, run in sorted(COMMITTED_RUN.findall(listed), key="{0[0]}/{0[1]}/".format):
            found[date] = run
        return found

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

    def files(self, date, committed):
        """The full names of the files that a day's _COMMITTED lists."""
        return [f"{self._directory(date)}/{committed['run']}/{file['name']}" for file in committed["files"]]

    def columns(self, date, committed):
        """A day's columns: their types, in Spark's SQL, by their names, which earlier versions did not write."""
        listed = committed.get("columns")
        if listed is None:
            return dict(self._spark.read.parquet(*self.files(date, committed)).dtypes)
        return {column["name"]: column["type"] for column in listed}

    @staticmethod
    def held(type_):
        """The type of a column whose values have this type."""
        return type_

    def commit(self, date, write, expected=None, **about):
        """
        Makes files the data of a day, and removes what they replace: earlier runs, killed ones too. Until then a run changes
        nothing for readers.

        :param write: writes files into a directory, and returns name and bytes of each, and how many rows there are
        :param expected: how many rows there must be; else it is an error, and nothing is replaced
        :param about: what _COMMITTED says of the data besides
        :returns: what _COMMITTED says: run, rows and files, and what is about them
        """
        run = f"run={1 + max(map(number, self._runs(date)), default=0):06d}"
        name = uuid.uuid4().hex[:8]
        directory = f"{self._directory(date)}/{run}/{name}"
        written, rows = self.fill(directory, write, expected)
        files = [{**file, "name": f"{name}/{file['name']}"} for file in written]
        committed = {"run": run, "id": name, "rows": rows, "files": files, **about}
        self._commit(date, committed, directory)
        return committed

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

    def remove(self, date):
        """Removes a day: first what makes it count, so that a reader finds all of it or nothing."""
        for run in self._runs(date):
            self._fs.delete(self._path(f"{self._directory(date)}/{run}/{COMMITTED}"), False)
        self._fs.delete(self._path(self._directory(date)), True)

    def _directory(self, date):
        return f"{self.path}/{DATE}={date}"

    def _runs(self, date):
        """In the order of their keys."""
        runs = [name for name in self._names(self._directory(date)) if RUN.fullmatch(name)]
        return sorted(runs, key=lambda run: f"{run}/")

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
            return self._put(name, data, only_new=True)
        try:
            stream = self._fs.create(self._path(name), False)
        except Py4JJavaError as e:
            if e.java_exception.getClass().getName() == "org.apache.hadoop.fs.FileAlreadyExistsException":
                return False
            raise
        stream.write(data)
        stream.close()
        return True

    def _put(self, name, data, only_new):
        """One PUT by S3A's own client and with its settings, since no method of S3A itself takes headers."""
        from py4j.protocol import Py4JJavaError

        request = self._fs.getRequestFactory().newPutObjectRequest(
            self._fs.pathToKey(self._path(name)),
            self._fs.newObjectMetadata(len(data)),
            self._spark._jvm.java.io.ByteArrayInputStream(data),
        )
        if only_new:
            request.putCustomRequestHeader("If-None-Match", "*")
        try:
            self._fs.putObject(request).getUpload().waitForUploadResult()
            return True
        except Py4JJavaError as e:
            error = e.java_exception
            status = error.getStatusCode() if error.getClass().getSimpleName() == "AmazonS3Exception" else None
            if status == 412:
                return False
            # Some stores refuse the header itself.
            if status == 501 and only_new:
                return self._put(name, data, only_new=False)
            raise


def number(run):
    return int(RUN.fullmatch(run).group(1))
