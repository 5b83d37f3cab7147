"""Measures how long S3A's committers take to commit a write of 200 files, with 10 ms added to each request.

    python3 src/bench/commit.py [ROUNDS]

Needs 'mvn -Pphase1 package -DskipTests' or the same of prod before, a container engine, and haproxy (Debian's package of
that name) on the PATH. Prints a table: the median of the rounds, in seconds.
"""

import statistics
import sys

import slow_store


def main():
    lines = slow_store.measure("commit_job.py", delay=10, rounds=sys.argv[1] if len(sys.argv) > 1 else 3)
    print("| committer | job commit | whole write |\n|---|---:|---:|")
    for name in dict.fromkeys(line["name"] for line in lines):
        commits, writes = ([line[key] for line in lines if line["name"] == name] for key in ("commit", "write"))
        print(f"| {name} | {statistics.median(commits):.2f} | {statistics.median(writes):.2f} |")


if __name__ == "__main__":
    main()
