"""
Fills tables of PGDATABASE. every_type has a column for each type of the table in docs/jobs.md, with the edges of its
values: a row has one value of each column; where a column has fewer values than others, NULL. The last row has NULLs alone.
stop_events is the table of somebody else, with no key. The others are views, tables of partitions, and what cannot be copied.
"""

import itertools

import psycopg2

TYPES = """
create type mood as enum ('sad', 'ok', 'so, so "la la"');
create type pair as (a integer, b text);
create domain amount as numeric(12, 2);
create domain price as amount check (value > 0);
create domain labels as text[];
"""
ZEROS = "0" * 50
NINES = "9" * 38
DAYS = [
    "infinity",
    "-infinity",
    "4714-11-24 BC",
    "0044-03-15 BC",
    "0001-01-01",
    "1582-10-04",
    "1582-10-10",
    "1969-12-31",
    "1970-01-01",
    "2000-02-29",
    "9999-12-31",
    "10000-01-01",
]
MOMENTS = DAYS + [
    "1899-12-31 23:59:59.999999",
    "1969-12-31 23:59:59.999999",
    "2024-12-27 00:00:00.1",
    "294246-12-31 23:59:59.999999",
]
VALUES = {
    "smallint": ["-32768", "32767", "0"],
    "integer": ["-2147483648", "2147483647", "0"],
    "bigint": ["-9223372036854775808", "9223372036854775807", "0"],
    "numeric(38,18)": ["99999999999999999999.999999999999999999", "-0.000000000000000001", "0"],
    "numeric(38,0)": [NINES, "-" + NINES, "0"],
    "numeric(5,2)": ["999.99", "-0.01", "0"],
    "numeric(3,-2)": ["99900", "-100", "0"],
    "numeric(2,4)": ["0.0099", "-0.0001", "0"],
    "numeric(39,1)": [NINES + ".9", "-" + NINES + ".9"],
    "numeric": ["1" + ZEROS, "0." + ZEROS + "1", "1.10", "-0.0", "NaN", "Infinity", "-Infinity"],
    # DECIMALS makes it a decimal(20,8)
    "numeric ": ["999999999999.99999999", "-0.00000001", "1.5000000000", "0"],
    "amount": ["9999999999.99", "-0.01"],
    "price": ["9999999999.99", "0.01"],
    "real": ["3.4028235e+38", "1.17549435e-38", "1e-45", "0.1", "-0", "NaN", "Infinity", "-Infinity", "16777217"],
    "double precision": ["1.7976931348623157e+308", "5e-324", "0.1", "0.30000000000000004", "-0", "NaN", "Infinity", "-Infinity"],
    "boolean": ["true", "false"],
    "text": ["", " ", "NULL", "\\N", "\\.", '"', '""', 'a,b"c\r\nd\n', "\r", "\n", "\t", "ação", "e\u0301", "𝄞 \U0010ffff", "\ufeff", "\x01"],
    "varchar(20)": ["", "ends with spaces  ", "𝄞" * 20],
    "char(4)": ["BUY", "", "  x"],
    '"char"': ["a", ""],
    "name": ["ação", ""],
    "bytea": ["\\x", "\\x" + bytes(range(256)).hex(), "\\x00", "\\x" + "ff" * 100000],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    "json": ['{"a" : 1,\n "a": 2}', '"𝄞"', "null", "1e400"],
    "jsonb": ['{"b": 1.50, "a": [null, "𝄞\\n"]}', "null", '""'],
    "date": DAYS + ["5874897-12-31"],
    "time": ["00:00:00", "24:00:00", "23:59:59.999999"],
    "timetz": ["00:00:00+15:59", "24:00:00-15:59", "12:00:00.000001+00"],
    "timestamp": MOMENTS,
    "timestamptz": MOMENTS,
    "interval": ["178000000 years", "-1 mon +2 days -03:04:05.678901", "0"],
    "text[]": ["{}", '{NULL,"NULL","","a\\"b,{}"}', "[0:1]={a,b}", "{{a,b},{c,d}}"],
    "integer[]": ["{1,NULL,-2147483648}", "{}"],
    "mood": ["sad", 'so, so "la la"'],
    "labels": ["{a,b}"],
    "int4range": ["empty", "(,)", "[1,5)", "[1,]"],
    "tstzrange": ["[2024-01-01,infinity)", "(,2024-01-01 00:00:00.000001]"],
    "int4multirange": ["{}", "{[1,3),[5,8)}"],
    "inet": ["10.0.0.1", "10.0.0.0/8", "::1", "fe80::1/64"],
    "cidr": ["10.0.0.0/8", "::/0", "10.0.0.1"],
    "macaddr": ["08:00:2b:01:02:03"],
    "macaddr8": ["08:00:2b:01:02:03:04:05"],
    "pair": ["(,)", '(1,"a ""b"", c")', '(,"")'],
    "bit(3)": ["101"],
    "bit varying": ["", "1010"],
    # this job does not know them
    "money": ["-92233720368547758.08", "1.5"],
    "oid": ["0", "4294967295"],
    "point": ["(1.5,-0)", "(NaN,Infinity)"],
    "tsvector": ["'a':1A 'it''s':2"],
}

OTHERS = '''
create table stop_events (
  event_seq bigserial,
  event_id uuid not null default gen_random_uuid(),
  occurred_at timestamptz not null,
  received_at timestamp,
  account_id integer not null,
  operation_id bigint,
  strategy text,
  symbol varchar(20) not null,
  side char(4),
  state mood not null,
  trigger_price numeric(20, 8),
  fill_price numeric,
  slippage_ratio double precision,
  payload_json jsonb,
  error_text text,
  retry_count int not null default 0,
  tags text[],
  is_test boolean not null default false
);
insert into stop_events (occurred_at, received_at, account_id, operation_id, strategy, symbol, side, state, trigger_price,
  fill_price, slippage_ratio, payload_json, error_text, tags)
select moment, moment at time zone 'America/Sao_Paulo', n % 7, nullif(n % 3, 0), 's' || n % 4, 'BTC' || n % 5,
  case when n % 2 = 0 then 'BUY' else 'SELL' end, (enum_range(null::mood))[1 + n % 3], n * 1.00000001,
  case when n % 5 = 0 then n / 3.0 end, case when n % 9 = 0 then 'NaN' else n / 7.0 end, jsonb_build_object('n', n),
  case n % 6 when 0 then E'line\nbreak' when 1 then '' end, case when n % 4 = 0 then array['a', 'b ' || n] end
from generate_series(1, 20000) n, lateral (select timestamptz '2024-12-26 20:00+00' + n * interval '6 seconds') m (moment);
create index on stop_events (occurred_at);
create view local_events as select event_seq, received_at, symbol from stop_events;
create view more_events as select *, event_seq::text as added from local_events;
create view fewer_events as select event_seq::int as event_seq, received_at from local_events;
create view random_events as select * from local_events limit 100 + random() * 10000;
create table readings (day date, sensor int, value real) partition by list (day);
create table readings_of_day partition of readings for values in ('2024-12-27');
create table readings_of_others partition of readings default;
insert into readings select date '2024-12-26' + n % 3, n, n / 3.0 from generate_series(1, 5000) n;
create table one_column (value text);
insert into one_column select case n % 3 when 0 then '' when 1 then 'x' end from generate_series(1, 1000) n;
create table wide (id bigint primary key, value text, content bytea);
insert into wide select n, repeat(md5(n::text), 32768), decode(repeat(md5(n::text), 65536), 'hex') from generate_series(1, 40) n;
insert into wide values (-9223372036854775808, repeat('x', 50000000), null), (9223372036854775807, '', '');
create table not_a_number as select 'NaN'::numeric(9, 2) as value;
create table too_late as select timestamp '294276-12-31' as moment;
create table only_case (a int, "A" int);
create schema elsewhere;
create table elsewhere.hidden ("Odd, ""name""" int, "sum.total" numeric(5, 1));
insert into elsewhere.hidden values (1, 0.5), (null, null);
'''

with psycopg2.connect("") as connection, connection.cursor() as cursor:
    cursor.execute(TYPES)
    types = list(VALUES)
    cursor.execute(f"create table every_type ({', '.join(f'c{n} {type_}' for n, type_ in enumerate(types))})")
    row = f"insert into every_type values ({', '.join(f'%s::{type_}' for type_ in types)})"
    for values in itertools.zip_longest(*VALUES.values()):
        cursor.execute(row, values)
    cursor.execute(row, [None] * len(types))
    cursor.execute(OTHERS)
