"""One digest for rows of the outbox table, whatever their order: PostgreSQL computes it itself, readers as it does."""

import datetime
import hashlib
import json

COLUMNS = "id operation_id event_type state symbol quantity price payload note created_at".split()
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

# The sum of 60 bits of each row's MD5.
SQL = """
select count(*), coalesce(sum(('x' || left(md5(concat_ws('|',
  id, operation_id, event_type, state, coalesce(symbol, '-'), coalesce(quantity::text, '-'), coalesce(price::text, '-'),
  coalesce(payload::text, '-'), coalesce(note, '-'), (extract(epoch from created_at) * 1000000)::bigint
)), 15))::bit(60)::bigint), 0) from ({rows}) wanted
"""


def text(value):
    if value is None:
        return "-"
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        return str((value - EPOCH) // datetime.timedelta(microseconds=1))
    return str(value) if isinstance(value, (int, str)) else format(value, "f")


def total(rows):
    """The number of rows and their digest."""
    count = digest = 0
    for row in rows:
        count += 1
        digest += int(hashlib.md5("|".join(map(text, row)).encode()).hexdigest()[:15], 16)
    return count, digest


def show(count, digest):
    print(json.dumps({"rows": count, "digest": str(digest)}))
