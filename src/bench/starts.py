"""Measures how long images of the engine take from the container's start to the first SQL result.

    python3 src/bench/starts.py [ROUNDS] IMAGE...

The images take turns. Prints a table: the median of the rounds, in seconds.
"""

import statistics
import sys

import bench


def main():
    bench.clean_up_when_killed()
    arguments = sys.argv[1:]
    rounds = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 5
    if not arguments:
        raise SystemExit(f"usage: {__doc__}")
    seconds = {image: [] for image in arguments}
    for _ in range(rounds):
        for image in arguments:
            seconds[image].append(bench.container(image, "spark-submit", "/bench/start.py", options=["--network=none"])["sql"])
            bench.say(f"{image}: {seconds[image][-1]:.2f} s")
    print("| image | start to first SQL result |\n|---|---:|")
    for image, measured in seconds.items():
        print(f"| {image} | {statistics.median(measured):.1f} |")


if __name__ == "__main__":
    main()
