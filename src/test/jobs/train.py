"""What the class list is made with: a job like those that the image will run, on a small table.

PostgreSQL over JDBC, SQL, Parquet on S3A, a Python UDF and one with Arrow. Prints a digest of what it read back.
"""

import hashlib
import os

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("train").config("spark.hadoop.fs.s3a.endpoint", os.environ["S3_ENDPOINT"]).getOrCreate()
properties = {
    "user": os.environ["PGUSER"],
    "password": os.environ["PGPASSWORD"],
    "driver": "org.postgresql.Driver",
    "fetchsize": "1000",
}
bronze, silver = (f"{os.environ['OUTPUT']}/{name}" for name in ("bronze", "silver"))

# Bronze: the table as it is, in partitions.
table = spark.read.jdbc(
    os.environ["JDBC_URL"],
    "outbox",
    column="id",
    lowerBound=1,
    upperBound=5000,
    numPartitions=2,
    properties=properties,
)
table.withColumn("day", F.to_date("created_at")).write.mode("overwrite").partitionBy("day").parquet(bronze)

# Silver: the last version of each key, joined with a summary, through Python.
rows = spark.read.parquet(bronze)
rows.createOrReplaceTempView("bronze")
last = (
    rows.withColumn("rank", F.row_number().over(Window.partitionBy("operation_id").orderBy(F.desc("id"))))
    .filter("rank = 1")
    .drop("rank")
    .withColumn("version", F.get_json_object("payload", "$.z").cast("int"))
)
summary = spark.sql("select day, count(*) events, sum(quantity) total, max(created_at) latest from bronze group by day")


@F.udf("string")
def tidy(text):
    """With Arrow in the Python worker. (Spark's own Arrow UDFs need pandas, which the image does not have.)"""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.utf8_trim_whitespace(pa.scalar(text, pa.string())).as_py()


last.join(summary, "day").withColumn("symbol", tidy("symbol")).coalesce(1).write.mode("overwrite").parquet(silver)

digest = hashlib.sha256()
for row in spark.read.parquet(silver).orderBy("id").collect():
    digest.update(repr(row).encode())
print("trained", digest.hexdigest())
spark.stop()
