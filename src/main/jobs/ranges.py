"""
Which rows are a day's, and how they are shared among tasks: by an integer key, by the time column, or by where they lie in
the table (ctid). Each row that the snapshot has is in one range.
"""

import table as catalog
from days import shifted
from job import Failed

# Neither partial nor on an expression, and of one column; with or without columns that are only included.
KEY = """
select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
where indrelid = %s::int8::oid and indisunique and indnkeyatts = 1 and indpred is null and attnotnull
  and atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
order by indisprimary desc, attnum limit 1
"""
INDEXED = """
select exists (
  select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
  where indrelid = %s::int8::oid and attname = %s and indpred is null
)
"""
# Of the largest partition, where there are some: a ctid is a place in each of them. A foreign table has its own.
BLOCKS = """
select max(pg_relation_size(oid)) / current_setting('block_size')::int, bool_or(relkind = 'f') from pg_class
where oid = %(oid)s::int8::oid or oid in (select relid from pg_partition_tree(%(oid)s::int8::oid))
"""


class Day:
    """
    The rows of one day of UTC by a time column, or all rows without one. The name says by what.

    :raises Failed: if the column has no such days
    """

    def __init__(self, cursor, date, column, zone):
        self.column = column
        self.name = column and " ".join([column.name, zone]).strip()
        if not column:
            self.condition = "true"
            return
        name = catalog.quoted(column.name)
        days = (date, shifted(date, 1))
        if column.base == "timestamp without time zone":
            cursor.execute("select exists (select from pg_timezone_names where name = %s)", [zone])
            if not cursor.fetchone()[0]:
                cause = f"TIME_ZONE {zone!r}: expected the time zone of '{column.name}', which is {column.declared}"
                remedy = "name the zone whose time it is, as pg_timezone_names has it, like America/Sao_Paulo"
                raise Failed(f"{cause}, found {'no such zone' if zone else 'none'}", remedy)
            begin, end = (f"timestamptz '{day} 00:00:00+00' at time zone '{zone}'" for day in days)
        elif zone:
            cause = f"TIME_ZONE '{zone}': expected none, since '{column.name}' is {column.declared}, found one"
            raise Failed(cause, "remove TIME_ZONE")
        elif column.base == "timestamp with time zone":
            begin, end = (f"timestamptz '{day} 00:00:00+00'" for day in days)
        elif column.base == "date":
            begin, end = (f"date '{day}'" for day in days)
        else:
            raise Failed(
                f"TIME_COLUMN '{column.name}': expected timestamptz, timestamp or date, found {column.declared}",
                "name another column; without one, each run copies the whole table",
            )
        self.condition = f"{name} >= {begin} and {name} < {end}"

    def rows(self, cursor, table):
        """How many there are, and which transactions wrote them."""
        cursor.execute(f"select count(*), {written(cursor, table)} from {table.sql} where {self.condition}")
        return cursor.fetchone()


def written(cursor, table):
    """SQL for the sum of the transactions that wrote a table's rows: another one after a row has been replaced."""
    is_table = table.kind in "rp" and blocks(cursor, table) is not None
    return "sum(xmin::text::bigint)::text" if is_table else "null"


def ranges(cursor, table, day, count, late):
    """
    How many rows the day has, which transactions wrote them if late rows are looked for, by what they are shared among
    tasks, and a condition for each task.
    """
    key = integer_key(cursor, table)
    places = None if key else blocks(cursor, table)
    by_time = not key and day.column and (places is None or is_indexed(cursor, table, day.column))
    by = catalog.quoted(key or day.column.name) if key or by_time else "ctid"
    limits = "null, null" if by == "ctid" else f"min({by}), max({by})"
    transactions = written(cursor, table) if late else "null"
    cursor.execute(f"select count(*), {transactions}, {limits} from {table.sql} where {day.condition}")
    rows, found, first, last = cursor.fetchone()
    if rows == 0:
        parts = ["true"]
    elif key:
        parts = between(by, first, last, count)
    elif by_time:
        parts = between_moments(by, first, last, count, day.column.base)
    else:
        parts = between_places(places, count)
    return rows, found, by, [f"{day.condition} and {part}" for part in parts]


def integer_key(cursor, table):
    cursor.execute(KEY, [table.oid])
    return (cursor.fetchone() or [None])[0]


def is_indexed(cursor, table, column):
    """Whether parts of a day are found by the column; those of a date are all the same."""
    cursor.execute(INDEXED, [table.oid, column.name])
    return cursor.fetchone()[0] and column.base != "date"


def blocks(cursor, table):
    """How many blocks the table has; None if PostgreSQL cannot read some of them without reading all."""
    if table.kind not in "rmp" or cursor.connection.server_version < 140000:
        return None
    cursor.execute(BLOCKS, {"oid": table.oid})
    found, foreign = cursor.fetchone()
    return None if foreign else int(found)


def between(key, first, last, count):
    bounds = [first + (last + 1 - first) * i // count for i in range(count + 1)]
    return [f"{key} between {low} and {high - 1}" for low, high in zip(bounds, bounds[1:]) if low < high]


def between_moments(name, first, last, count, type_):
    """The first and the last have no bound of their own but the day's."""
    if first == last:
        return ["true"]
    inner = [f"{type_} '{first + (last - first) * i / count}'" for i in range(1, count)]
    return [
        " and ".join([f"{name} >= {low}"] * bool(low) + [f"{name} < {high}"] * bool(high))
        for low, high in zip(["", *inner], [*inner, ""])
    ]


def between_places(total, count):
    """The last has no end, since the table may have grown meanwhile."""
    bounds = sorted({(total or 0) * i // count for i in range(count)})
    ends = [f" and ctid < '({end},0)'::tid" for end in bounds[1:]] + [""]
    return [f"ctid >= '({begin},0)'::tid{end}" for begin, end in zip(bounds, ends)] if total else ["true"]
