"""Measures S3A's settings with 10 ms added to each request and 1 % of them answered with 503.

Prints a table of ratios to the image's own settings: the median of three rounds.
"""

import statistics

import slow_store


# To one of a hundred.
BUSY = """http-request return status 503 content-type application/xml string \
    "<Error><Code>SlowDown</Code><Message>slow down</Message></Error>" if { rand(100) lt 1 }"""


def main():
    measured = slow_store.measure("s3a_job.py", delay=10, rules=BUSY, variables={"ROUNDS": "3"})
    print(table([one for one in measured if one["round"] >= 0]))


def table(measured):
    """Each setting's median ratio, round by round, to what the image has."""
    steps = list(measured[0]["seconds"])
    usual = {one["round"]: one["seconds"] for one in measured if one["name"] == "as in the image"}
    lines = ["| setting | " + " | ".join(steps) + " |", "|---|" + "---:|" * len(steps)]
    lines.append("| as in the image, seconds | " + " | ".join(f"{statistics.median(s[step] for s in usual.values()):.2f}" for step in steps) + " |")
    for name in sorted({one["name"] for one in measured} - {"as in the image"}):
        ratios = [statistics.median(one["seconds"][step] / usual[one["round"]][step] for one in measured if one["name"] == name) for step in steps]
        lines.append(f"| {name} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
    return "\n".join(lines)

