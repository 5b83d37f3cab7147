"""Prints the digest of a day's Parquet data as pyarrow reads it from what boto3 fetches, a process for each core. No Spark."""

import io
import multiprocessing
import sys

import pyarrow.parquet as pq
import pyarrow.types

import digests
import lake_files


def digest(key):
    file = pq.ParquetFile(io.BytesIO(lake_files.S3.get_object(Bucket=lake_files.BUCKET, Key=key)["Body"].read()))
    nulls = [field.name for field in file.schema_arrow if pyarrow.types.is_null(field.type)]
    assert not nulls, nulls
    assert file.schema_arrow.names == digests.COLUMNS, file.schema_arrow
    return digests.total(row for batch in file.iter_batches() for row in zip(*(c.to_pylist() for c in batch.columns)))


if __name__ == "__main__":
    keys = lake_files.current(*sys.argv[1:])
    # or the processes would share a connection
    lake_files.S3.close()
    with multiprocessing.Pool() as processes:
        totals = processes.map(digest, keys, chunksize=1)
    digests.show(*map(sum, zip((0, 0), *totals)))
