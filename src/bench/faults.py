"""Measures how S3A's time-outs and retries end on a store with faults. Prints a table: how, and after how many seconds."""

import json

import slow_store

# Name, socket time-out in ms, attempts of the SDK, repetitions by S3A.
SETTINGS = [("Hadoop's", 200000, 20, 7), ("30 s, 3, 3", 30000, 3, 3)]
# What the proxy does, by the first part of the key. The others need no store.
FAULTS = ("429", "503", "slow-copy", "slow-completion", "resets")
LIMIT = 570
LUA = """
local begun = {}
-- Of each writer's first 20 seconds.
core.register_fetches("burst", function(txn)
  local writer = string.match(txn.sf:path(), "^/[^/]+/[^/]+/[^/]+")
  begun[writer] = begun[writer] or os.time()
  return os.time() - begun[writer] < 20
end)
core.register_action("late", {"http-res"}, function() core.msleep(45000) end)
"""
RULES = """
  http-request return status 429 content-type application/xml string "<Error><Code>TooManyRequests</Code><Message>slow down</Message></Error>" if { path_beg /lake/429/ } { lua.burst -m bool }
  http-request return status 503 content-type application/xml string "<Error><Code>SlowDown</Code><Message>slow down</Message></Error>" if { path_beg /lake/503/ } { lua.burst -m bool }
  http-request reject if { path_beg /lake/resets/ } { rand(100) lt 1 }
  http-request set-var(txn.late) bool(true) if { path_beg /lake/slow-copy/ } { req.hdr(x-amz-copy-source) -m found }
  http-request set-var(txn.late) bool(true) if METH_POST { path_beg /lake/slow-completion/ } { url_param(uploadId) -m found }
  http-response lua.late if { var(txn.late) -m bool }
"""


def main():
    variables = {"SETTINGS": json.dumps(SETTINGS), "FAULTS": ",".join(FAULTS), "LIMIT": str(LIMIT)}
    measured = slow_store.measure("faults_job.py", delay=0, lua=LUA, rules=RULES, variables=variables)
    names = list(dict.fromkeys(one["settings"] for one in measured))
    print("| fault | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for fault in dict.fromkeys(one["fault"] for one in measured):
        ends = {one["settings"]: f"{one['end']}, {one['seconds']} s" for one in measured if one["fault"] == fault}
        print(f"| {fault} | " + " | ".join(ends.get(name, "") for name in names) + " |")
