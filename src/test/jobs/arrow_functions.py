"""Calls each of PySpark's functions that go through Arrow or pandas, and some that do not, in one session.

Prints a line of JSON: by its name, "works" or the error's last line.
"""

import datetime
import json

import pyarrow
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

spark = SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "America/Sao_Paulo").getOrCreate()
ARROW = "spark.sql.execution.arrow.pyspark.enabled"
UTC = datetime.datetime(2024, 12, 27, 1, 2, 3)
LOCAL = UTC - datetime.timedelta(hours=3)
numbers = spark.range(3)


def ids(rows):
    return [row[0] for row in rows]


def to_pandas(arrow):
    spark.conf.set(ARROW, arrow)
    try:
        frame = spark.createDataFrame([(1, "ação ✓", UTC)], "id long, text string, time timestamp").toPandas()
        return [frame["id"][0], frame["text"][0], frame["time"][0].to_pydatetime()] == [1, "ação ✓", LOCAL]
    finally:
        spark.conf.set(ARROW, False)


def from_pandas():
    import pandas

    spark.conf.set(ARROW, True)
    try:
        return ids(spark.createDataFrame(pandas.DataFrame({"id": [0, 1, 2]})).collect()) == [0, 1, 2]
    finally:
        spark.conf.set(ARROW, False)


def pandas_function():
    from pyspark.sql.functions import pandas_udf

    return ids(numbers.select(pandas_udf(lambda column: column + 1, "long")("id")).collect()) == [1, 2, 3]


def pandas_on_spark():
    import pyspark.pandas

    return pyspark.pandas.range(3)["id"].sum() == 3


def vectors():
    assembled = VectorAssembler(inputCols=["id"], outputCol="vector").transform(numbers)
    return [row.vector[0] for row in assembled.collect()] == [0.0, 1.0, 2.0]


def connect():
    from pyspark.sql.connect.session import SparkSession as Remote

    return Remote is not None


FUNCTIONS = {
    "toPandas": lambda: to_pandas(False),
    "toPandas by Arrow": lambda: to_pandas(True),
    "createDataFrame of pandas": from_pandas,
    "pandas_udf": pandas_function,
    "mapInPandas": lambda: ids(numbers.mapInPandas(lambda frames: frames, "id long").collect()) == [0, 1, 2],
    "applyInPandas": lambda: ids(numbers.groupBy("id").applyInPandas(lambda frame: frame, "id long").sort("id").collect()) == [0, 1, 2],
    "mapInArrow": lambda: ids(numbers.mapInArrow(lambda batches: batches, "id long").collect()) == [0, 1, 2],
    "udf by Arrow": lambda: ids(numbers.select(udf(lambda x: x + 1, "long", useArrow=True)("id")).collect()) == [1, 2, 3],
    "udf": lambda: ids(numbers.select(udf(lambda x: x + 1, "long")("id")).collect()) == [1, 2, 3],
    "pyspark.pandas": pandas_on_spark,
    "pyspark.ml": vectors,
    "_collect_as_arrow": lambda: pyarrow.Table.from_batches(numbers._collect_as_arrow()).num_rows == 3,
    "Spark Connect": connect,
}


def outcome(function):
    try:
        return "works" if function() else "a wrong result"
    except Exception as e:
        return f"{type(e).__name__}: {str(e).strip().splitlines()[-1]}"


print(json.dumps({name: outcome(function) for name, function in FUNCTIONS.items()}, ensure_ascii=False))
