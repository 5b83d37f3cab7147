"""One digest per column of the outbox table, the same for every reader of it."""

import datetime
import hashlib
import json

COLUMNS = ["id", "aggregate", "amount", "payload", "created_at"]


def text(value):
    """A value's one spelling, whichever client read it."""
    if value is None:
        return "\\N"
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        return str((value - EPOCH) // datetime.timedelta(microseconds=1))
    return str(value)


def report(rows):
    """Prints the number of rows and the digest of each column; rows come ordered by id."""
    digests = [hashlib.sha256() for _ in COLUMNS]
    count = 0
    for row in rows:
        count += 1
        for digest, value in zip(digests, row):
            digest.update(text(value).encode() + b"\n")
    print(json.dumps({"rows": count, **{c: d.hexdigest() for c, d in zip(COLUMNS, digests)}}))


EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
