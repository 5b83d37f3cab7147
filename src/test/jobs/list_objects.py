"""Prints the keys below a prefix, one a line."""

import sys

import lake_files

print(*lake_files.keys(sys.argv[1] + "/"), sep="\n")
