"""
Compares a day in the lake, as pyarrow reads it, with PostgreSQL's own text of each value: arguments are the table, a
condition, the lake's URL and the date. Prints how many rows there are, and what differs, by column.
"""

import collections
import decimal
import io
import json
import re
import sys

import numpy
import psycopg2
import pyarrow.parquet as pq
import pyarrow.types as kinds

import lake_files


def text(type_):
    """What makes PostgreSQL's text of a value of this Arrow type."""
    if kinds.is_string(type_):
        return str
    if kinds.is_boolean(type_):
        return lambda value: str(value).lower()
    if kinds.is_binary(type_):
        return lambda value: "\\x" + value.hex()
    if kinds.is_date(type_) or kinds.is_timestamp(type_):
        return lambda value: moment(value, type_)
    if kinds.is_float32(type_):
        return lambda value: repr(numpy.float32(value))
    return str


def moment(value, type_):
    limits = numpy.iinfo(f"i{type_.bit_width // 8}")
    if value in (limits.min, limits.max):
        return "infinity" if value > 0 else "-infinity"
    # numpy knows all years, and Python's datetime not those after 9999
    found = str(numpy.datetime64(value, "D" if kinds.is_date(type_) else "us"))
    year, day, time = re.fullmatch("(-?[0-9]+)(-..-..)(.*)", found).groups()
    era = " BC" if int(year) < 1 else ""
    zone = "+00" if kinds.is_timestamp(type_) and type_.tz else ""
    time = re.sub("[.]?0*$", "", time.replace("T", " ")) if "." in time else time
    return f"{1 - int(year) if era else int(year):04d}{day}{time}{zone}{era}"


def same(type_):
    """What PostgreSQL's text is read with, where one value has several texts."""
    if kinds.is_decimal(type_):
        return lambda value: str(decimal.Decimal(value).quantize(decimal.Decimal(1).scaleb(-type_.scale), context=EXACT))
    if kinds.is_float32(type_):
        return lambda value: repr(numpy.float32(value))
    return (lambda value: str(float(value))) if kinds.is_floating(type_) else str


EXACT = decimal.Context(prec=100, traps=[decimal.Inexact, decimal.InvalidOperation])


def values(column):
    if kinds.is_temporal(column.type):
        column = column.cast(f"int{column.type.bit_width}")
    return column.to_pylist()


table, condition, url, date = sys.argv[1:]
path = url.split("/", 3)[3]
files = [
    pq.read_table(io.BytesIO(lake_files.S3.get_object(Bucket=lake_files.BUCKET, Key=key)["Body"].read()))
    for key in lake_files.current(path, date)
]
schema = files[0].schema
rows = collections.Counter()
for file in files:
    assert file.schema == schema, file.schema
    texts = [[value if value is None else text(c.type)(value) for value in values(c)] for c in file.columns]
    rows.update(zip(*texts))
with psycopg2.connect("", options="-c timezone=UTC -c extra_float_digits=1") as connection, connection.cursor() as cursor:
    columns = ", ".join('"' + name.replace('"', '""') + '"::text' for name in schema.names)
    cursor.execute(f"select {columns} from {table} where {condition}")
    read = [same(type_) for type_ in schema.types]
    expected = collections.Counter(
        tuple(value if value is None else f(value) for f, value in zip(read, row)) for row in cursor.fetchall()
    )
missing, others = (list((a - b).elements()) for a, b in ((expected, rows), (rows, expected)))
differing = {
    name: [[repr(a[n])[:80], repr(b[n])[:80]] for a, b in zip(missing, others) if a[n] != b[n]][:3]
    for n, name in enumerate(schema.names)
    if [row[n] for row in missing] != [row[n] for row in others]
}
types = {name: str(type_) for name, type_ in zip(schema.names, schema.types)}
print(json.dumps({"rows": sum(rows.values()), "missing": len(missing), "others": len(others), "differing": differing, "types": types}))
