"""
What silver's tasks do: split() sends the rows of a file to buckets by their key, and merge() writes the latest row of each
key of a bucket.
"""

import collections
import math
import urllib.parse
import uuid

import copying
import numpy
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

# Bytes of rows that a task sorts in memory. Those of Parquet say little of it: equal values take next to none there.
BUCKET = 64 << 20
ROWS = 65536
# Beside a table's own columns.
DAY = "__day"
NULL = "__HIVE_DEFAULT_PARTITION__"

# A file: its day, its full name, the bytes of its rows in memory, and in which store it is.
File = collections.namedtuple("File", "day name size store")


def buckets(files):
    return max(1, math.ceil(sum(file.size for file in files) / BUCKET))


def split(settings, file):
    """The file's rows as Arrow's bytes, with the number of their bucket; each of a few rows, so that memory is bounded."""
    schema = pa.schema([(name, copying.arrow_type(type_)) for name, type_ in settings["columns"].items()])
    directory = file.name.rpartition("/")[0].rpartition("/")[2]
    with copying.client(**settings[file.store]).open_input_file(file.name) as opened:
        for batch in pyarrow.parquet.ParquetFile(opened, pre_buffer=True).iter_batches(ROWS):
            rows = pa.Table.from_batches([batch])
            columns = [column(rows, field, directory) for field in schema]
            rows = pa.table([*columns, pa.repeat(file.day, len(rows))], schema.append(pa.field(DAY, pa.string())))
            numbers = hashed(rows, settings["key"]) % settings["buckets"]
            for number in numpy.unique(numbers):
                part = rows.filter(pa.array(numbers == number)) if settings["buckets"] > 1 else rows
                yield int(number), to_bytes(part)


def column(rows, field, directory):
    """A column of these rows; NULL if the file has none. Its values may be the directory's name."""
    if field.name in rows.column_names:
        return rows[field.name].cast(field.type)
    name, equals, value = directory.partition("=")
    if equals and urllib.parse.unquote(name) == field.name and value != NULL:
        return pa.repeat(pa.scalar(urllib.parse.unquote(value)).cast(field.type), len(rows))
    return pa.nulls(len(rows), field.type)


def hashed(rows, names):
    """A number for each row that follows from the last bytes of its key's text."""
    total = numpy.zeros(len(rows), numpy.uint64)
    for name in names:
        text = rows[name].combine_chunks()
        text = text if pa.types.is_binary(text.type) else text.cast(pa.string())
        _, offsets, content = text.buffers()
        ends = numpy.frombuffer(offsets, numpy.int32)[text.offset : text.offset + len(text) + 1].astype(numpy.int64)
        content = numpy.frombuffer(content or b"", numpy.uint8)
        for back in range(1, 17):
            places = ends[1:] - back
            there = places >= ends[:-1]
            total[there] = total[there] * numpy.uint64(31) + content[places[there]]
    # Of the sum, the high bits are the better mixed ones.
    return (total * numpy.uint64(0x9E3779B97F4A7C15)) >> numpy.uint64(33)


def to_bytes(rows):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
        stream.write_table(rows)
    return sink.getvalue().to_pybytes()


def merge(settings, number, pieces):
    """Writes the latest rows of a bucket. Each attempt writes files of its own."""
    tables = [pa.ipc.open_stream(content).read_all() for _, content in pieces]
    schema = pa.schema([(name, copying.arrow_type(type_)) for name, type_ in settings["columns"].items()])
    rows = pa.concat_tables(tables) if tables else schema.append(pa.field(DAY, pa.string())).empty_table()
    latest, found = newest(rows, settings["key"], settings["order"])
    found["empty"] = empty_texts(latest, settings["partition"])
    files = []
    if not (found["nulls"] or found["ties"] or found["empty"]) and (len(latest) or number == 0):
        for directory, part in parts(latest, settings["partition"]):
            files.append(written(settings, f"{directory}part-{number:05d}-{uuid.uuid4().hex}.parquet", part))
    return [{**found, "files": files}]


def newest(rows, key, order):
    """The first row of each key by the order, last first; and what is wrong with the rows."""
    descending = [*order, DAY]
    places = pc.sort_indices(rows, [*((name, "ascending") for name in key), *((name, "descending") for name in descending)])
    ordered = rows.select(dict.fromkeys([*key, *descending])).take(places)
    again = same_as_before(ordered, key)
    tied = again & same_as_before(ordered, descending)
    # Only a tie for the first place matters.
    tied[1:] &= ~again[:-1]
    ties = numpy.flatnonzero(tied)
    example = ", ".join(str(ordered[name][int(ties[0])].as_py()) for name in key) if len(ties) else None
    nulls = sum(rows[name].null_count for name in key)
    latest = rows.take(places.filter(pa.array(~again))).drop([DAY])
    return latest, {"nulls": nulls, "ties": len(ties), "tie": example}


def same_as_before(rows, names):
    """For each row, whether these columns have the values of the row before it."""
    same = numpy.ones(len(rows), bool)
    same[:1] = False
    for name in names:
        before, after = rows[name].slice(0, max(0, len(rows) - 1)), rows[name].slice(1)
        equal = pc.fill_null(pc.equal(before, after), False)
        equal = pc.or_(equal, pc.and_(before.is_null(), after.is_null()))
        same[1:] &= numpy.asarray(equal.combine_chunks())
    return same


def empty_texts(rows, partition):
    """In how many rows there is one in the partition's column, whose directory would be that of NULL."""
    if partition is None or not pa.types.is_string(rows.schema.field(partition).type):
        return 0
    return pc.sum(pc.equal(rows[partition], "")).as_py() or 0


def parts(rows, partition):
    """The rows by the value of the partition's column, with the directory of each; or all rows."""
    if partition is None:
        yield "", rows
        return
    for value in rows[partition].unique():
        chosen = rows.filter(pc.equal(rows[partition], value) if value.is_valid else rows[partition].is_null())
        text = urllib.parse.quote(str(value.cast(pa.string())), safe=" ") if value.is_valid else NULL
        yield f"{urllib.parse.quote(partition, safe=' ')}={text}/", chosen.drop([partition])


def written(settings, name, rows):
    rows = rows.replace_schema_metadata(settings["metadata"])
    dictionaries = copying.repeated(rows.slice(0, copying.SAMPLE))
    with copying.client(**settings["silver"]).open_output_stream(f"{settings['directory']}/{name}") as file:
        pyarrow.parquet.write_table(rows, file, compression="zstd", use_dictionary=dictionaries)
        return {"name": name, "bytes": file.tell(), "rows": len(rows), "memory": rows.nbytes}
