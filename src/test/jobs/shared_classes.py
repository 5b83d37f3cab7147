"""Counts the classes of the driver's and each executor's JVM: from the class archive, and from elsewhere.

The JVMs write them to /tmp/classes-PID (-Xlog:class+load). Prints a line "driver|executor SHARED OTHER" for each host.
"""

import glob

from pyspark.sql import SparkSession


def count(_=None):
    shared = other = 0
    for name in glob.glob("/tmp/classes-*"):
        with open(name) as log:
            for line in log:
                shared += "source: shared objects file" in line
                other += " source: " in line and "source: shared objects file" not in line
    return shared, other


spark = SparkSession.builder.getOrCreate()
table = spark.range(0, 1000, 1, 4).selectExpr("id", "id % 7 as key", "date_add(date'2024-12-27', int(id % 3)) as day")
table.createOrReplaceTempView("t")
rows = spark.sql("select key, count(*) n, sum(id) s, max(day) d from t group by key order by key").collect()
print("result", *(f"{row.key}:{row.n}:{row.s}:{row.d}" for row in rows))
print("driver", *count())
if not spark.sparkContext.master.startswith("local"):
    for shared, other in spark.sparkContext.parallelize(range(8), 8).map(count).distinct().collect():
        print("executor", shared, other)
spark.stop()
