"""The environment's variables as a job's settings: their expected forms, and all that is wrong with them."""

import importlib.util
import re

# A table of the catalog 'lake'.
TABLE = r"lake(\.[A-Za-z_][A-Za-z0-9_]*){2,}"


class Settings:
    """The environment's variables, each with its expected form. Collects what is wrong with them."""

    def __init__(self, environment):
        self.environment = environment
        self.problems = []
        # The warehouse, if one of the places is a table.
        self.catalog = None

    def text(self, name, expected, pattern=r"(?s).+", default=None):
        """A variable that matches the pattern as a whole."""
        value = self.environment.get(name) or default
        if value is None:
            self.problems.append(f"{name}: expected {expected}, found nothing")
        elif not re.fullmatch(pattern, value):
            shown = re.sub(r"//.*@", "//***@", value)
            self.problems.append(f"{name} {shown!r}: expected {expected}, found something else")
        return value

    def secret(self, name, expected):
        """A variable whose value is never printed."""
        value = self.environment.get(name, "")
        if not value:
            self.problems.append(f"{name}: expected {expected}, found nothing")
        elif re.search(r"[\r\n]", value):
            self.problems.append(f"{name}: expected {expected}, found a line break in it; encode it without one")
        return value

    def number(self, name, lowest, highest, default):
        expected = f"a whole number from {lowest} to {highest}"
        value = self.text(name, expected, r"[0-9]{1,9}", str(default))
        if not re.fullmatch("[0-9]{1,9}", value):
            return default
        if not lowest <= int(value) <= highest:
            self.problems.append(f"{name} {value!r}: expected {expected}, found another")
        return int(value)

    def path(self, name):
        value = self.text(name, "s3a://BUCKET/PREFIX", r"s3a://[a-z0-9][a-z0-9.-]*/[^\s?#*{}\[\]]*[^\s?#*{}\[\]/]/?")
        return value and value.rstrip("/")

    def place(self, layer, both=False):
        """A layer's path and its table. One of them is None, and the other is given, unless both are."""
        path, table = (self.environment.get(f"{layer}_{kind}") for kind in ("PATH", "TABLE"))
        if not table and not both:
            return self.path(f"{layer}_PATH"), None
        if path and not both:
            self.problems.append(f"{layer}_TABLE {table!r}: expected it or {layer}_PATH, found both")
        if not importlib.util.find_spec("tables"):
            remedy = "take 3.5.0-phase1 or 3.5.0-prod"
            self.problems.append(f"{layer}_TABLE {table!r}: expected an image with Iceberg, found one without; {remedy}")
        self.text(f"{layer}_TABLE", "lake.NAMESPACE.TABLE of letters, digits and _", TABLE)
        self.lake()
        return self.path(f"{layer}_PATH") if both else None, table

    def lake(self):
        """The catalog 'lake', which the driver gets by these variables."""
        if not self.catalog:
            self.text("LAKE_JDBC_URL", "jdbc:postgresql://HOST:PORT/DATABASE", r"jdbc:postgresql:[^@]*")
            self.text("LAKE_USER", "a role of PostgreSQL")
            self.secret("LAKE_PASSWORD", "that role's password")
            self.catalog = self.path("LAKE_WAREHOUSE")

    def store(self):
        """Where the objects are, and the keys, which S3A takes from the environment itself."""
        self.secret("AWS_ACCESS_KEY_ID", "the store's access key")
        self.secret("AWS_SECRET_ACCESS_KEY", "the store's secret key")
        return self.text("S3_ENDPOINT", "http(s)://HOST[:PORT]", r"https?://[^/\s?#@]+/?")
