"""Prints each module of a baked package that would be compiled at run time, and each file of byte code that is not that of its source.

Nothing checks byte code at run time, so it must be right (PEP 552). The last line is the number of files.
"""

import glob
import importlib.util
import os
import sys

import boto3
import psycopg2
import pyarrow

for module in list(sys.modules.values()):
    cached = getattr(module, "__cached__", None) or ""
    if cached.startswith("/usr/local/") and not module.__name__.startswith("rbs_spark_") and not os.path.exists(cached):
        print("no byte code:", module.__name__)
found = glob.glob("/usr/local/lib/python*/dist-packages/**/*.pyc", recursive=True)
for name in found:
    with open(name, "rb") as file:
        header = file.read(16)
    with open(importlib.util.source_from_cache(name), "rb") as file:
        source = file.read()
    if header[4:8] != b"\1\0\0\0" or header[8:] != importlib.util.source_hash(source):
        print("not the byte code of its source:", name)
print(len(found))
