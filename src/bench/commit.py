"""Measures how long S3A's committers take to commit a write of 200 files, with 10 ms added to each request.

Needs the image of phase1 or prod. Prints a table: the median of three rounds, in seconds.
"""

import statistics

import slow_store


def main():
    lines = [line for line in slow_store.measure("commit_job.py", delay=10, variables={"ROUNDS": "3"}) if line["name"]]
    print("| committer | job commit | whole write |\n|---|---:|---:|")
    for name in dict.fromkeys(line["name"] for line in lines):
        commits, writes = ([line[key] for line in lines if line["name"] == name] for key in ("commit", "write"))
        print(f"| {name} | {statistics.median(commits):.2f} | {statistics.median(writes):.2f} |")
