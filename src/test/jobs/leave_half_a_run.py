"""Puts what a killed run leaves of a day: a file of the next run, without _COMMITTED. Arguments: the lake's path, the day."""

import sys

import lake_files

prefix, date = sys.argv[1:]
key = lake_files.current(prefix, date)[0]
copy = f"{prefix}/business_date={date}/run=000009/killed00/{key.rpartition('/')[2]}"
lake_files.S3.copy_object(Bucket=lake_files.BUCKET, Key=copy, CopySource={"Bucket": lake_files.BUCKET, "Key": key})
