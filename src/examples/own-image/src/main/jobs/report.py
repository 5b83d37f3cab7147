import words
from pyspark.sql import SparkSession
from pyspark.sql.avro.functions import to_avro

spark = SparkSession.builder.getOrCreate()
numbers = spark.range(3, numPartitions=1).select("id", to_avro("id").alias("avro"))
for table in numbers.rdd.mapPartitions(words.table).collect():
    print(table)
