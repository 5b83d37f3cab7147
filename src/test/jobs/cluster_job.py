"""print_settings.py, then ten rows to Parquet and back by executors. Arguments: a path, and those of print_settings.py."""

import os
import runpy
import sys

path = sys.argv.pop(1)
spark = runpy.run_path(os.path.join(os.path.dirname(__file__), "print_settings.py"))["spark"]
spark.range(10).write.mode("overwrite").parquet(path)
print("rows:", spark.read.parquet(path).count())
print("configuration:", os.environ["SPARK_CONF_DIR"], sorted(os.listdir("/opt/spark/conf")))
with open("/opt/spark/conf/spark.properties") as properties:
    submitted = properties.read()
print("submitted:", [name for name in sys.argv[1:] if name + "=" in submitted])
