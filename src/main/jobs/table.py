"""
A table or view as PostgreSQL's catalog describes it, and what its columns become: for each its type in Spark's SQL, and the
expression that COPY reads. docs/jobs.md has the table of all types.
"""

import collections
import re

from job import Failed

NAME = r'([A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+")'
NAMES = rf"\s*{NAME}(\s*,\s*{NAME})*\s*"
DECIMAL = rf"\s*{NAME}\s+(text|numeric\(\s*[0-9]+\s*,\s*[0-9]+\s*\))\s*"

# By the names of PostgreSQL's catalog. Dates and timestamps come as PostgreSQL's own bytes, which are exact.
TYPES = {
    "smallint": ("smallint", "{}"),
    "integer": ("int", "{}"),
    "bigint": ("bigint", "{}"),
    "real": ("float", "{}"),
    "double precision": ("double", "{}"),
    "boolean": ("boolean", "{}"),
    "bytea": ("binary", "encode({}, 'hex')"),
    "date": ("date", "encode(date_send({}), 'hex')"),
    "timestamp without time zone": ("timestamp_ntz", "encode(timestamp_send({}), 'hex')"),
    "timestamp with time zone": ("timestamp", "encode(timestamptz_send({}), 'hex')"),
    # Their output is their text, without the detour.
    **{name: ("string", "{}") for name in ("text", "character varying", "uuid", "json", "jsonb")},
}
TEXT = ("string", "{}::text")
# Known to have no better form than PostgreSQL's text, besides arrays, enums, ranges and composite types.
TEXTS = set(
    '"char"|character|name|xml|time without time zone|time with time zone|interval'
    "|inet|cidr|macaddr|macaddr8|bit|bit varying".split("|")
)
KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialized view", "f": "foreign table"}

RELATION = """
select c.oid::int8, c.relkind, format('%%I.%%I', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass(%s)
"""
# A domain is its base type, and that one's modifier is the domain's.
COLUMNS = """
with recursive columns as (
  select attnum, attname, attnotnull, format_type(atttypid, atttypmod) as declared, atttypid as type, atttypmod as modifier
  from pg_attribute where attrelid = %s::int8::oid and attnum > 0 and not attisdropped
  union all
  select attnum, attname, attnotnull, declared, typbasetype, typtypmod
  from columns join pg_type on pg_type.oid = type where typtype = 'd'
)
select attname, attnotnull, declared, format_type(type, null), modifier,
  typtype in ('c', 'e', 'm', 'r') or typcategory = 'A'
from columns join pg_type on pg_type.oid = type where typtype <> 'd' order by attnum
"""

# Its base is PostgreSQL's type without modifier, and below all domains.
Column = collections.namedtuple("Column", "name not_null declared base type sql note")


class Table:
    """
    A table or view that there is.

    :raises Failed: if there is none of this name
    """

    def __init__(self, cursor, name):
        cursor.execute(RELATION, [name])
        found = cursor.fetchone()
        if not found or found[1] not in KINDS:
            kind = "nothing" if not found else f"something else of this name (relkind '{found[1]}')"
            raise Failed(f"'{name}': expected a table or a view, found {kind}", "correct SOURCE_TABLE")
        self.oid, self.kind, self.sql = found
        cursor.execute(COLUMNS, [self.oid])
        self._found = cursor.fetchall()

    def columns(self, wanted=None, decimals=None):
        """
        Its columns, or those of them that are wanted; decimals says what numeric ones become.

        :raises Failed: with all that is wrong
        """
        decimals = decimals or {}
        columns = [column(*row[:6], decimals.get(row[0])) for row in self._found if not wanted or row[0] in wanted]
        names = [name for name, *_ in self._found]
        problems = [f"no column '{name}'" for name in sorted({*(wanted or []), *decimals} - set(names))]
        folded = collections.Counter(c.name.lower() for c in columns)
        for c in columns:
            if c.name in decimals and c.base != "numeric":
                problems.append(f"column '{c.name}': {c.declared}, which is no numeric")
            if folded[c.name.lower()] > 1:
                problems.append(f"column '{c.name}': another differs in its case only")
        if problems or not columns:
            raise Failed(
                f"{self.sql}: expected the columns of COLUMNS and DECIMALS, found {'; '.join(problems) or 'none'}",
                f"correct COLUMNS and DECIMALS; its columns are {', '.join(names) or 'none'}",
            )
        return columns

    def column(self, name):
        """:raises Failed: if it has no such column"""
        for row in self._found:
            if row[0] == name:
                return column(*row)
        names = ", ".join(row[0] for row in self._found)
        raise Failed(f"{self.sql}: expected a column '{name}', found {names}", "correct TIME_COLUMN")


def column(name, not_null, declared, base, modifier, is_text, decimal=None):
    note = None
    type_, sql = TYPES.get(base, TEXT)
    if base == "numeric":
        type_, sql, note = numeric(modifier, decimal)
    elif base not in TYPES and base not in TEXTS and not is_text:
        note = f"{declared}, which this job does not know, becomes its text"
    return Column(name, not_null, declared, base, type_, sql.format(quoted(name)), note)


def numeric(modifier, decimal):
    """What a numeric becomes by its modifier, or by a decimal of the settings: a precision and a scale, or 'text'."""
    if decimal == "text":
        return (*TEXT, None)
    if decimal:
        precision, scale = decimal
        # COPY cannot say which value does not fit, but its reader cannot read this.
        fits = f"abs({{0}}) < 1e{precision - scale} and {{0}} = round({{0}}, {scale})"
        sql = f"case when {fits} then round({{0}}, {scale})::text else '(' || {{0}} || ')' end"
        return f"decimal({precision},{scale})", sql, None
    if modifier < 0:
        return (*TEXT, "numeric without a precision becomes its text; DECIMALS can give it one")
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, ((modifier - 4 & 0x7FF) ^ 1024) - 1024
    # Since PostgreSQL 15 a scale may be negative, or larger than the precision.
    precision, scale = max(precision - min(scale, 0), scale), max(scale, 0)
    if precision > 38:
        return (*TEXT, f"numeric with {precision} digits becomes its text; a decimal has 38 at most")
    return f"decimal({precision},{scale})", "{}", None


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def unquoted(name):
    """The name that PostgreSQL understands: in lower case if it has no quotes."""
    return name[1:-1] if name.startswith('"') else name.lower()


def names(text):
    """The names in a list that matches NAME(,NAME)*."""
    return [unquoted(name) for name in re.findall(NAME, text or "")]


def decimals(text):
    """By column, precision and scale, or 'text', from a list that matches DECIMAL(,DECIMAL)*."""
    found = re.findall(DECIMAL, text or "")
    return {unquoted(name): tuple(map(int, re.findall("[0-9]+", to))) or "text" for name, to in found}
