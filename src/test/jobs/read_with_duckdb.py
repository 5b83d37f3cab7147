"""
Runs programs in DuckDB, with the extensions that are beside it and a secret for the store of the environment. Arguments: where
DuckDB is, and the programs, as SQL. Prints the rows of each day, by each.
"""

import glob
import json
import os
import sys
import urllib.parse

packages, programs = sys.argv[1], sys.argv[2:]
sys.path.insert(0, packages)

import duckdb

store = urllib.parse.urlsplit(os.environ["S3_ENDPOINT"])
duck = duckdb.connect()
# In the order of their names, in which each finds what it needs.
for extension in sorted(glob.glob(f"{packages}/duckdb_extension_*/extensions/*/*.duckdb_extension")):
    duck.execute(f"load '{extension}'")
duck.execute(
    f"create secret (type s3, key_id '{os.environ['AWS_ACCESS_KEY_ID']}', secret '{os.environ['AWS_SECRET_ACCESS_KEY']}',"
    f" endpoint '{store.netloc}', use_ssl {store.scheme == 'https'}, url_style 'path', region 'us-east-1')"
)
print(json.dumps([{str(day): rows for day, rows in duck.execute(sql).fetchall()} for sql in programs]))
