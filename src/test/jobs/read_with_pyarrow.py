"""Prints the digest of a day's Parquet data as pyarrow reads it from what boto3 fetches. No Spark."""

import io
import sys

import pyarrow.parquet as pq
import pyarrow.types

import digests
import lake_files


def rows(prefix, date):
    for key in lake_files.current(prefix, date):
        file = pq.ParquetFile(io.BytesIO(lake_files.S3.get_object(Bucket=lake_files.BUCKET, Key=key)["Body"].read()))
        nulls = [field.name for field in file.schema_arrow if pyarrow.types.is_null(field.type)]
        assert not nulls, nulls
        assert file.schema_arrow.names == digests.COLUMNS, file.schema_arrow
        for batch in file.iter_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns))


digests.report(rows(*sys.argv[1:]))
