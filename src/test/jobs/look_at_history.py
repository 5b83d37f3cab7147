"""
Waits until the history server at the first argument lists as many applications as the second says, looks at them as a
browser would, and prints what it saw as JSON. "secrets" are the variables of the environment whose values are in the logs.
"""

import html.parser
import io
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

SERVER, COUNT = sys.argv[1], int(sys.argv[2])
SECRETS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"]


def get(path):
    with urllib.request.urlopen(urllib.parse.urljoin(SERVER, path), timeout=20) as answer:
        return answer.read()


class Loaded(html.parser.HTMLParser):
    """What a page makes a browser load."""

    def __init__(self, text):
        super().__init__()
        self.addresses = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "link" and attributes.get("rel") != "canonical":
            self.addresses.add(attributes["href"])
        elif tag != "a" and attributes.get("src"):
            self.addresses.add(attributes["src"])


def applications():
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        found = json.loads(get("/api/v1/applications"))
        if len(found) >= COUNT:
            return found
        time.sleep(0.2)
    sys.exit(f"applications: expected {COUNT} within 60 s, found {found}")


def status(address):
    try:
        get(address)
        return 200
    except urllib.error.HTTPError as e:
        return e.code


listed = applications()
seen = {"applications": listed, "stages": {}, "pages": {}, "loaded": {}, "secrets": []}
pages = ["/"]
for application in listed:
    identifier = application["id"]
    seen["stages"][application["name"]] = json.loads(get(f"/api/v1/applications/{identifier}/stages"))
    pages += [f"/history/{identifier}/{page}/" for page in ["jobs", "stages", "environment", "executors", "SQL"]]
    logs = zipfile.ZipFile(io.BytesIO(get(f"/api/v1/applications/{identifier}/logs")))
    text = b"".join(logs.read(name) for name in logs.namelist())
    seen["secrets"] += [name for name in SECRETS if os.environ[name].encode() in text]
for page in pages:
    text = get(page).decode()
    seen["pages"][page] = text
    for address in Loaded(text).addresses:
        seen["loaded"][urllib.parse.urljoin(SERVER + page, address)] = 0
for address in seen["loaded"]:
    if address.startswith(SERVER + "/"):
        seen["loaded"][address] = status(address)
print(json.dumps(seen))
