"""Counts the requests of a write of Parquet on each of the tests' S3 servers, and takes its time at 0 and 100 ms a request."""

import json

import slow_store

# Beside the image's own.
SETTINGS = {
    "directory.marker.retention=delete": {"fs.s3a.directory.marker.retention": "delete"},
    "committer.name=file, retention=delete": {"fs.s3a.committer.name": "file", "fs.s3a.directory.marker.retention": "delete"},
}
STORES = ("s3proxy", "versitygw", "radosgw")


def main():
    print("| store | job | setting | all | " + " | ".join(slow_store.KINDS) + " | s at 0 ms | s at 100 ms |")
    print("|---|---|---|" + "---:|" * (len(slow_store.KINDS) + 3))
    for store in STORES:
        near, far = (slow_store.measure("requests_job.py", delay, store, {"SETTINGS": json.dumps(SETTINGS)}) for delay in (0, 100))
        for one, other in zip(near, far):
            if one["job"]:
                counts = other["requests"].values()
                print(f"| {store} | {one['job']} | {one['setting'] or 'as in the image'} | {sum(counts)} | "
                      + " | ".join(map(str, counts)) + f" | {one['seconds']} | {other['seconds']} |", flush=True)
