"""
What a task does: copies the rows of one range into one Parquet file. PostgreSQL sends them as CSV; each 16 MB of it, in
whole rows, become one row group, so memory is bounded by the longest row, and not by the range.
"""

import binascii
import io
import re
import uuid
from contextlib import closing

import numpy
import postgres
import pyarrow as pa
import pyarrow.csv
import pyarrow.fs
import pyarrow.parquet

ROW_GROUP = 16 << 20
# Rows that show whether a column's values repeat.
SAMPLE = 4096
# By the names of Spark's SQL.
ARROW = {
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "timestamp_ntz": pa.timestamp("us"),
}
# From 1970, where Parquet's dates and timestamps begin, to 2000, where PostgreSQL's do: in days and microseconds.
EPOCHS = {4: 10957, 8: 946684800 * 10**6}


def copy(settings, part):
    """
    Copies the rows that the part's condition holds for. Each attempt writes a file of its own.

    :param part: its number and its condition
    :returns: name, bytes and rows of the file, and the bytes of the rows in memory
    """
    number, where = part
    name = f"part-{number:05d}-{uuid.uuid4().hex}.parquet"
    with closing(postgres.connect(settings["postgresql"])) as connection, connection.cursor() as cursor:
        cursor.execute(settings["session"])
        with client(**settings["store"]).open_output_stream(f"{settings['directory']}/{name}") as file:
            with RowGroups(file, settings["columns"], settings["metadata"], settings["ids"]) as rows:
                cursor.copy_expert(f"copy ({settings['select']} where {where}) to stdout (format csv)", rows)
            if rows.written != cursor.rowcount:
                raise ValueError(f"{name}: expected {cursor.rowcount} rows, found {rows.written}")
            return {"name": name, "bytes": file.tell(), "rows": rows.written, "memory": rows.memory}


def client(attempts, **settings):
    retries = pyarrow.fs.AwsStandardS3RetryStrategy(max_attempts=attempts)
    return pyarrow.fs.S3FileSystem(retry_strategy=retries, **settings)


class RowGroups:
    """A file for COPY, which writes each row at once, whatever is in it."""

    def __init__(self, file, columns, metadata, ids):
        self._file, self._metadata, self._ids = file, metadata, ids
        self._types = [(name, arrow_type(type_)) for name, type_ in columns]
        self._writer = None
        self._text = io.BytesIO()
        self.written = self.memory = 0

    def __enter__(self):
        return self

    def __exit__(self, exception_type, *_):
        if exception_type is None and (self._text.tell() or not self._writer):
            self._flush()
        if self._writer:
            self._writer.close()

    def write(self, row):
        self._text.write(row)
        if self._text.tell() >= ROW_GROUP:
            self._flush()

    def _flush(self):
        table = parse(self._take(), self._types) if self._text.tell() else pa.schema(self._types).empty_table()
        if not self._writer:
            # Half the size of Snappy's for the same time. Dictionaries for values that do not repeat would cost as much.
            schema, dictionaries = with_ids(table.schema, self._ids), repeated(table.slice(0, SAMPLE))
            schema = schema.with_metadata(self._metadata)
            self._writer = pyarrow.parquet.ParquetWriter(
                self._file, schema, compression="zstd", use_dictionary=dictionaries
            )
        self._writer.write_table(table)
        self.written += table.num_rows
        self.memory += table.nbytes

    def _take(self):
        text, self._text = self._text.getvalue(), io.BytesIO()
        return text


def with_ids(schema, ids):
    """The schema with the numbers by which a table knows its columns; without them if it is of no table."""
    return pa.schema([field.with_metadata({"PARQUET:field_id": str(ids[field.name])}) for field in schema]) if ids else schema


def repeated(table):
    """The columns whose values are, on average, there twice or more."""
    return [name for name in table.column_names if 2 * len(table[name].unique()) <= table.num_rows]


def parse(text, types):
    """Rows of PostgreSQL's CSV as a table: an empty value is NULL, and a quoted one an empty string."""
    try:
        read = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(text) + 1, column_names=[str(n) for n in range(len(types))]
            ),
            # in one column, NULL is an empty line
            pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(
                column_types={str(n): pa.string() if is_hex(type_) else type_ for n, (_, type_) in enumerate(types)},
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as e:
        found = re.match(r"In CSV column #(\d+): (?:.*?'\(?(.*?)\)?'(?: |$))?(.*)", str(e), re.DOTALL)
        if not found:
            raise
        name, type_ = types[int(found.group(1))]
        raise ValueError(
            f"column '{name}': expected a value that fits {type_}, found {found.group(2) or found.group(3)}"
        ) from None
    columns = [unhex(read[n].chunk(0), *types[n]) if is_hex(types[n][1]) else read[n] for n in range(len(types))]
    return pa.table(columns, pa.schema(types))


def arrow_type(name):
    decimal = re.fullmatch(r"decimal\((\d+),(\d+)\)", name)
    return pa.decimal128(*map(int, decimal.groups())) if decimal else ARROW[name]


def is_hex(type_):
    """Whether COPY sends hexadecimal digits: of the bytes, or of PostgreSQL's own bytes for a date or timestamp."""
    return pa.types.is_binary(type_) or pa.types.is_temporal(type_)


def unhex(array, name, type_):
    valid, offsets, digits = array.buffers()
    content = binascii.unhexlify(digits or b"")
    if pa.types.is_binary(type_):
        ends = numpy.frombuffer(offsets, numpy.int32, len(array) + 1) // 2
        return pa.Array.from_buffers(type_, len(array), [valid, pa.py_buffer(ends), pa.py_buffer(content)])
    width = type_.bit_width // 8
    moments = numpy.zeros(len(array), f"i{width}")
    moments[numpy.asarray(array.is_valid())] = since_1970(numpy.frombuffer(content, f">i{width}").astype(f"i{width}"), name)
    return pa.Array.from_buffers(type_, len(array), [valid, pa.py_buffer(moments)])


def since_1970(moments, name):
    """PostgreSQL's dates or timestamps in Parquet's. Infinity is the largest or the smallest number in both."""
    limits, shift = numpy.iinfo(moments.dtype), EPOCHS[moments.dtype.itemsize]
    finite = (moments > limits.min) & (moments < limits.max)
    if (moments[finite] >= limits.max - shift).any():
        raise ValueError(f"column '{name}': expected timestamps before 294247-01-10 04:00:54.775807, found another")
    return moments + shift * finite
