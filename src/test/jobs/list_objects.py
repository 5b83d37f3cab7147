"""Prints the keys below a prefix, one a line."""

import sys

import lake_files

for key in lake_files.keys(sys.argv[1] + "/"):
    print(key)
