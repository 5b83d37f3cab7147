"""Counts the requests of a write of Parquet on each of the tests' S3 servers, and takes its time at 0 and 100 ms a request."""

import json

import slow_store

# Beside the image's own: what it would be with Hadoop's.
SETTINGS = {
    "marker.retention=delete": {"fs.s3a.directory.marker.retention": "delete"},
    "S3A's own magic committer": {"mapreduce.outputcommitter.factory.scheme.s3a": "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory"},
}
STORES = ("s3proxy", "versitygw", "radosgw")


def main():
    print("| store | job | setting | all | " + " | ".join(slow_store.KINDS) + " | s at 0 ms | s at 100 ms |")
    print("|---|---|---|" + "---:|" * (len(slow_store.KINDS) + 3))
    for store in STORES:
        variables = {"SETTINGS": json.dumps(SETTINGS)}
        near = slow_store.measure("requests_job.py", 0, store, variables | {"MORE": "true"})
        far = {(one["job"], one["setting"]): one["seconds"] for one in slow_store.measure("requests_job.py", 100, store, variables | {"MORE": ""})}
        for one in near:
            if one["job"]:
                counts = one["requests"].values()
                print(f"| {store} | {one['job']} | {one['setting'] or 'as in the image'} | {sum(counts)} | " + " | ".join(map(str, counts))
                      + f" | {one['seconds']} | {far.get((one['job'], one['setting']), '')} |", flush=True)
