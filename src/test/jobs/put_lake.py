"""Puts the files of a directory into the store, below a URL of S3A, with their names in it."""

import pathlib
import sys
import urllib.parse

import lake_files

directory = pathlib.Path(sys.argv[1])
prefix = urllib.parse.urlparse(sys.argv[2]).path.strip("/")
files = [file for file in directory.rglob("*") if file.is_file()]
assert files, directory
for file in files:
    key = f"{prefix}/{file.relative_to(directory).as_posix()}"
    lake_files.S3.put_object(Bucket=lake_files.BUCKET, Key=key, Body=file.read_bytes())
