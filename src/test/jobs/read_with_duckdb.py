"""
Runs the program of docs/jobs.md for DuckDB, and a glob. Arguments: where DuckDB is, docs/jobs.md, the lake. Prints the
rows of each day, by each.
"""

import glob
import json
import os
import re
import sys
import urllib.parse

packages, page, lake = sys.argv[1:]
sys.path.insert(0, packages)

import duckdb

store = urllib.parse.urlsplit(os.environ["S3_ENDPOINT"])
duck = duckdb.connect()
duck.execute(f"load '{glob.glob(f'{packages}/duckdb_extension_httpfs/extensions/*/httpfs.duckdb_extension')[0]}'")
duck.execute(
    f"create secret (type s3, key_id '{os.environ['AWS_ACCESS_KEY_ID']}', secret '{os.environ['AWS_SECRET_ACCESS_KEY']}',"
    f" endpoint '{store.netloc}', use_ssl {store.scheme == 'https'}, url_style 'path', region 'us-east-1')"
)
with open(page) as text:
    program = re.search("```sql\n(.*?)```", text.read(), re.DOTALL).group(1)
program = program.replace("s3://lake/bronze", lake)
by_glob = f"select business_date, count(*) from read_parquet('{lake}/business_date=*/run=*/*/*.parquet', hive_partitioning = true) group by all"
print(
    json.dumps(
        {
            name: {str(day): rows for day, rows in duck.execute(sql).fetchall()}
            for name, sql in (("committed", program), ("glob", by_glob))
        }
    )
)
