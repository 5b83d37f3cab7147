"""The outbox of the trading operations: what PostgreSQL's table must look like, and its rows in Spark."""

from pyspark.sql.types import DecimalType, LongType, StringType, StructField, StructType, TimestampType

# One row per event. The names, PostgreSQL's types and Spark's. Each number fits: numeric without a precision would be
# rounded to 18 decimals, so it is not accepted.
COLUMNS = [
    ("id", "bigint not null", LongType()),
    ("operation_id", "uuid not null", StringType()),
    ("event_type", "text not null", StringType()),
    ("state", "text not null", StringType()),
    ("symbol", "text", StringType()),
    ("quantity", "numeric(38,18)", DecimalType(38, 18)),
    ("price", "numeric(38,18)", DecimalType(38, 18)),
    ("payload", "jsonb", StringType()),
    ("note", "text", StringType()),
    ("created_at", "timestamp with time zone not null", TimestampType()),
]
NAMES = [name for name, _, _ in COLUMNS]
SCHEMA = StructType([StructField(name, spark_type) for name, _, spark_type in COLUMNS])
