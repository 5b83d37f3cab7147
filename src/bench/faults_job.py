"""Writes, copies and reads a file through stores with faults, with one set of S3A's settings beside the other, all at once.

Prints a line of JSON after '@' for each fault and set: how it ended, and after how many seconds. Those that run after
LIMIT seconds are given up.
"""

import itertools
import json
import os
import re
import socket
import threading
import time
import uuid

from pyspark.sql import SparkSession

LIMIT = int(os.environ["LIMIT"])
SIZE = 6 << 20  # two parts, so that there is an upload to complete
SETTINGS = {
    "the image's": {},
    **{name: {"fs.s3a.connection.timeout": timeout, "fs.s3a.attempts.maximum": attempts, "fs.s3a.retry.limit": limit}
       for name, timeout, attempts, limit in json.loads(os.environ["SETTINGS"])},
}
spark = SparkSession.builder.master("local[1]").config("spark.hadoop.fs.s3a.multipart.size", "5M").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
jvm = spark._jvm


def refuses():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def drops():
    """As src/test's SilentServer: the queue is full, so that the kernel answers no further SYN."""
    server = socket.create_server(("127.0.0.1", 0), backlog=0)
    clients = [socket.socket() for _ in range(3)]
    for client in clients:
        client.setblocking(False)
        client.connect_ex(server.getsockname())
    open_sockets.extend([server, *clients])
    return server.getsockname()[1]


def never_answers():
    server = socket.create_server(("127.0.0.1", 0), backlog=1000)
    open_sockets.append(server)
    return server.getsockname()[1]


open_sockets = []
ENDPOINTS = {
    **{name: os.environ["S3_ENDPOINT"] for name in os.environ["FAULTS"].split(",")},  # by the first part of the key
    "refuses": f"http://127.0.0.1:{refuses()}",
    "drops": f"http://127.0.0.1:{drops()}",
    "never-answers": f"http://127.0.0.1:{never_answers()}",
}


def use(fault, settings, key):
    configuration = jvm.org.apache.hadoop.conf.Configuration(spark._jsc.hadoopConfiguration())
    for name, value in {"fs.s3a.endpoint": ENDPOINTS.get(fault, os.environ["S3_ENDPOINT"]), **settings}.items():
        configuration.set(name, str(value))
    root = f"s3a://{os.environ['BUCKET']}/{fault}/{key}"
    path = jvm.org.apache.hadoop.fs.Path
    filesystem = jvm.org.apache.hadoop.fs.FileSystem.newInstance(path(root).toUri(), configuration)
    stream = filesystem.create(path(root + "/a"), True)
    for _ in range(SIZE >> 20):
        stream.write(bytes(1 << 20))
    stream.close()
    assert filesystem.rename(path(root + "/a"), path(root + "/b"))
    source = filesystem.open(path(root + "/b"))
    source.seek(SIZE - 1)
    assert source.read() == 0
    source.close()


def cause(error):
    """The last exception of the chain, without what is told of the place."""
    lines = [line for line in str(error).splitlines() if re.match(r"(: |Caused by: )\S*(Exception|Error)", line)]
    return re.sub(r"^.*?([\w.]+(Exception|Error))", r"\1", lines[-1])[:200] if lines else str(error)[:200]


def measure(fault, name):
    begin = time.monotonic()
    try:
        for _ in range(20 if fault == "resets" else 1):
            use(fault, SETTINGS[name], uuid.uuid4().hex)
        end = "OK"
    except Exception as error:
        end = cause(error)
    print("@" + json.dumps({"fault": fault, "settings": name, "end": end, "seconds": round(time.monotonic() - begin, 1)}), flush=True)


use("healthy", {}, uuid.uuid4().hex)  # warms the JVM
threads = {pair: threading.Thread(target=measure, args=pair, daemon=True) for pair in itertools.product(ENDPOINTS, SETTINGS)}
for thread in threads.values():
    thread.start()
deadline = time.monotonic() + LIMIT
for (fault, name), thread in threads.items():
    thread.join(max(0, deadline - time.monotonic()))
    if thread.is_alive():
        print("@" + json.dumps({"fault": fault, "settings": name, "end": "runs", "seconds": LIMIT}), flush=True)
os._exit(0)  # what still runs would hold the JVM
