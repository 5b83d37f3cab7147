"""Measures a table of the catalog 'lake' beside plain Parquet: requests and seconds of a write of 200 files and of one, of
planning a query of one of a thousand days, and of the image's jobs, with 10 and 100 ms added to each request.

Needs the image of phase1 or prod. Prints a table: requests by their kind, and the median of three rounds in seconds.
"""

import statistics

import slow_store

DELAYS = 10, 100


def main():
    measured = {delay: slow_store.measure("tables_job.py", delay, lake=True, rows=200_000, variables={"ROUNDS": "3"}) for delay in DELAYS}
    print("| what | " + " | ".join(slow_store.KINDS) + " | " + " | ".join(f"s at {delay} ms" for delay in DELAYS) + " |")
    print("|---|" + "---:|" * (len(slow_store.KINDS) + len(DELAYS)))
    for name in dict.fromkeys(line["name"] for line in measured[DELAYS[0]]):
        rounds = {delay: [one for one in lines if one["name"] == name and one["round"] >= 0] for delay, lines in measured.items()}
        requests = rounds[DELAYS[0]][0]["requests"]
        seconds = (f"{statistics.median(one['seconds'] for one in rounds[delay]):.1f}" for delay in DELAYS)
        print(f"| {name} | " + " | ".join(str(requests[kind]) for kind in slow_store.KINDS) + " | " + " | ".join(seconds) + " |")
