"""Prints the digest of DATE's events (bronze) or of the latest of each operation until then (silver), by PostgreSQL."""

import os
import sys

import psycopg2

import digests

ROWS = {
    "bronze": "select * from outbox where (created_at at time zone 'UTC')::date = %(date)s",
    "silver": "select distinct on (operation_id) * from outbox where (created_at at time zone 'UTC')::date <= %(date)s"
    " order by operation_id, created_at desc, id desc",
}

with psycopg2.connect("") as connection, connection.cursor() as cursor:
    cursor.execute("set work_mem = '256MB'")
    cursor.execute(digests.SQL.format(rows=ROWS[sys.argv[1]]), {"date": sys.argv[2]})
    digests.show(*cursor.fetchone())
