"""Prints what a job finds around it, in Python and in the JVM, one fact a line, and reads and writes text that is not ASCII."""

import getpass
import os
import socket
import sys
import tempfile

from pyspark.sql import SparkSession

TEXT = "ação ✓"


def fails(_):
    raise ValueError(TEXT)


def reason(action):
    try:
        action()
    except Exception as e:
        return next(line.strip() for line in str(e).split("\n") if line.startswith("ValueError"))


spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).getOrCreate()
context, system = spark.sparkContext, spark._jvm.System
home = os.path.expanduser("~")
print("user", getpass.getuser())
print("user of the JVM", system.getProperty("user.name"))
print("user of Hadoop", spark._jvm.org.apache.hadoop.security.UserGroupInformation.getCurrentUser().getShortUserName())
print("home is the JVM's", home == system.getProperty("user.home"))
print("home is writable", os.access(home, os.W_OK))
print("host name has an address", bool(socket.gethostbyname(socket.gethostname())))
print("encodings", sys.stdout.encoding, sys.getfilesystemencoding())
print("encodings of the JVM", system.getProperty("file.encoding"), system.getProperty("sun.jnu.encoding"))
print("literal", spark.sql(f"select '{TEXT}'").first()[0])
with tempfile.TemporaryDirectory() as directory:
    with open(f"{directory}/{TEXT}.csv", "w") as file:
        file.write("1\n2\n")
    print("rows of a file", spark.read.csv(f"{directory}/{TEXT}.csv").count())
print("error of a task", reason(context.parallelize([0], 1).map(fails).collect))
sys.stdout.flush()
system.out.println("print of the JVM " + TEXT)
