"""Fills the outbox table with ROWS rows and prints their digests as psycopg2 reads them back."""

import os

import psycopg2

import digests

with psycopg2.connect("") as connection, connection.cursor() as cursor:
    cursor.execute(
        """
        create table if not exists outbox (
          id bigint primary key,
          aggregate text,
          amount numeric(18, 4),
          payload jsonb,
          created_at timestamptz not null
        )
        """
    )
    cursor.execute(
        """
        insert into outbox
        select
          i,
          case when i %% 7 = 0 then null else 'operação ' || i || E' \\n"✓"' end,
          case when i %% 11 = 0 then null else (i * 12345.6789 - 1e8)::numeric(18, 4) end,
          case when i %% 13 = 0 then null else jsonb_build_object('z', i, 'a', array[1.50, null], 'ü', 'x''y') end,
          timestamptz '2024-12-27 00:00:00.000001+02' + i * interval '1.234567 seconds'
        from generate_series(1, %s) i
        """,
        [int(os.environ["ROWS"])],
    )
    cursor.execute("select id, aggregate, amount, payload::text, created_at from outbox order by id")
    digests.report(cursor)
