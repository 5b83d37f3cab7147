"""
Fills the outbox table of PGDATABASE, which it creates if it is missing: ROWS events from the first to the last
microsecond of 2024-12-27, one a microsecond before that day, and two at the first moment of the next day, of one
operation.
"""

import os

import psycopg2

TABLE = """
create table outbox (
  id bigint primary key,
  operation_id uuid not null,
  event_type text not null,
  state text not null,
  symbol text,
  quantity numeric(38, 18),
  price numeric(38, 18),
  payload jsonb,
  note text,
  created_at timestamptz not null
)
"""
# note is always null; price goes to both ends of its type
ROWS = """
insert into outbox
select
  i,
  md5((i / 5)::text)::uuid,
  (array['Planned', 'Placed', 'Filled', 'StopMoved', 'Closed'])[1 + i % 5],
  (array['PLANNED', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'CLOSED'])[1 + i % 5],
  case when i % 7 > 0 then 'operação ' || i || E' \\n"✓"' end,
  case when i % 11 > 0 then i * 12345.678901234567890123 - 1e8 end,
  case i % 3 when 0 then 99999999999999999999.999999999999999999 when 1 then -0.000000000000000001 end,
  case when i % 13 > 0 then jsonb_build_object('z', i, 'a', array[1.50, null], 'ü', 'x''y') end,
  null,
  timestamptz '2024-12-27 00:00:00+00' + microseconds * interval '1 microsecond'
from (
  select 0 as i, -1::bigint as microseconds
  union all
  select i, (i - 1)::bigint * 86399999999 / greatest(1, %(rows)s - 1) from generate_series(1, %(rows)s) i
  union all
  select %(rows)s / 5 * 5 + i, 86400000000 from generate_series(6, 7) i
) moments
"""


def create_database():
    connection = psycopg2.connect("", dbname="postgres")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("select 1 from pg_database where datname = %s", [os.environ["PGDATABASE"]])
    if not cursor.fetchone():
        cursor.execute(f"create database {os.environ['PGDATABASE']}")


create_database()
with psycopg2.connect("") as connection, connection.cursor() as cursor:
    cursor.execute(TABLE)
    cursor.execute(ROWS.replace("% ", "%% "), {"rows": int(os.environ["ROWS"])})
    cursor.execute("create index on outbox (created_at)")
