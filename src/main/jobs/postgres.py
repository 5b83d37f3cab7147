"""A connection to PostgreSQL by libpq, to where a URL of the JDBC driver points, and with what its parameters mean there."""

import os
import re
import socket
import urllib.parse

FORM = "jdbc:postgresql://HOST:PORT/DATABASE"
# The driver's parameters, and what they are called in libpq.
WORDS = {
    "sslcert": "sslcert",
    "sslkey": "sslkey",
    "options": "options",
    "ApplicationName": "application_name",
    "kerberosServerName": "krbsrvname",
}
# The same with the values that both know.
CHOICES = {
    "sslmode": (
        "sslmode",
        {mode: mode for mode in ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")},
    ),
    "gssEncMode": ("gssencmode", {mode: mode for mode in ("disable", "prefer", "require")}),
    "targetServerType": (
        "target_session_attrs",
        {
            "any": "any",
            "primary": "read-write",
            "master": "read-write",
            "secondary": "read-only",
            "slave": "read-only",
            "preferSecondary": "prefer-standby",
            "preferSlave": "prefer-standby",
        },
    ),
}
SECONDS = ("connectTimeout", "loginTimeout", "socketTimeout")
# They change how the driver fetches, caches or logs, and nothing of what the server is asked.
TUNING = set(
    "adaptiveFetch adaptiveFetchMaximum adaptiveFetchMinimum assumeMinServerVersion autosave binaryTransfer"
    " binaryTransferDisable binaryTransferEnable cancelSignalTimeout cleanupSavepoints databaseMetadataCacheFields"
    " databaseMetadataCacheFieldsMiB defaultRowFetchSize disableColumnSanitiser escapeSyntaxCallMode gssResponseTimeout"
    " groupStartupParameters hideUnprivilegedObjects hostRecheckSeconds logServerErrorDetail logUnclosedConnections"
    " loggerFile loggerLevel maxResultBuffer preferQueryMode prepareThreshold preparedStatementCacheQueries"
    " preparedStatementCacheSizeMiB quoteReturningIdentifiers readOnly readOnlyMode reWriteBatchedInserts"
    " receiveBufferSize sendBufferSize sslResponseTimeout stringtype tcpKeepAlive tcpNoDelay unknownLength".split()
)
# Whatever the role or the server have: the text of a value follows from the value alone. No limit of time ends the
# transaction that holds the snapshot.
SESSION = """
set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set bytea_output = 'hex';
set extra_float_digits = 1;
select set_config(name, '0', false) from pg_settings
where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')
"""


def parameters(url):
    """
    libpq's parameters for a URL, and what is wrong with it. It holds no secret, and does not ask for
    preferQueryMode=simple, with which data can become SQL in the driver, which preflight uses (CVE-2024-1597). The driver
    decodes values only and minds the case; this is stricter about both.
    """
    address, _, query = url.partition("?")
    if "@" in urllib.parse.unquote(address):
        return {}, [f": expected {FORM}, found an @ in it; user and password are PGUSER and PGPASSWORD"]
    form = re.fullmatch(r"jdbc:postgresql://([^/\s]+)/([^/\s]+)", address)
    if not form:
        return {}, [f" {address!r}: expected {FORM}, found {'something else' if url else 'nothing'}"]
    given = urllib.parse.parse_qsl(query, keep_blank_values=True)
    problems = [problem for name, value in given for problem in unsafe(name, value)]
    found, untranslated = translate(dict(given))
    hosts = [re.fullmatch(r"(\[[^]]*\]|[^:]*):?(.*)", host).groups() for host in form.group(1).split(",")]
    found["host"] = ",".join(host.strip("[]") for host, _ in hosts)
    found["port"] = ",".join(port or "5432" for _, port in hosts)
    found["dbname"] = urllib.parse.unquote_plus(form.group(2))
    return found, problems or untranslated


def unsafe(name, value):
    name = urllib.parse.unquote_plus(name).strip().lower()
    if name == "preferquerymode" and urllib.parse.unquote_plus(value).strip().lower() == "simple":
        yield ": expected no preferQueryMode=simple, found it; remove it, since data can become SQL (CVE-2024-1597)"
    elif name in ("user", "password", "sslpassword"):
        yield f": expected no secret in it, found {name!r}; give PGUSER and PGPASSWORD from a Secret"
    elif name == "service":
        yield ": expected all parameters in it, found 'service', which takes them from a file"


def translate(given):
    """The same parameters of libpq, and for each that has no counterpart there what to do."""
    ssl = given.pop("ssl", "false").lower() in ("true", "")
    given.setdefault("sslmode", "verify-full" if ssl else "prefer")
    found, problems, schemas = {"client_encoding": "UTF8", "options": ""}, [], None
    seconds = {"connectTimeout": 10, "socketTimeout": 120}
    root = given.pop("sslrootcert", None)
    for name, value in given.items():
        if name in WORDS:
            found[WORDS[name]] = value
        elif name in CHOICES and value in CHOICES[name][1]:
            found[CHOICES[name][0]] = CHOICES[name][1][value]
        elif name in CHOICES:
            problems.append(f" {name} {value!r}: expected one of {', '.join(CHOICES[name][1])}, found another")
        elif name in SECONDS and re.fullmatch("[0-9]{1,6}", value):
            seconds[name] = int(value)
        elif name in SECONDS:
            problems.append(f" {name} {value!r}: expected seconds, found something else")
        elif name == "currentSchema":
            schemas = value.replace("\\", "\\\\").replace(" ", "\\ ")
        elif name == "loadBalanceHosts":
            found["load_balance_hosts"] = "random" if value == "true" else "disable"
        elif name not in TUNING:
            problems.append(f" {name}: expected a parameter that libpq has as well, found another; remove it")
    if schemas is not None:
        found["options"] += f" -c search_path={schemas}"
    if found.get("sslkey", "").endswith((".p12", ".pfx")):
        problems.append(f" sslkey {found['sslkey']!r}: expected a key that libpq can read (PKCS-8), found PKCS-12")
    if found.get("sslmode") in ("verify-ca", "verify-full"):
        found.update({"sslrootcert": root} if root else {})
    else:
        # If there were one, libpq would verify the server's certificate by it, even if it is that of another server.
        found["sslrootcert"] = "/none"
    found["connect_timeout"] = seconds["connectTimeout"]
    if seconds["socketTimeout"]:
        # A server that is gone is found, and one that is slow is waited for.
        probe = max(1, seconds["socketTimeout"] // 4)
        found.update(keepalives_idle=probe, keepalives_interval=probe, keepalives_count=3)
        found["tcp_user_timeout"] = seconds["socketTimeout"] * 1000
    return found, problems


def connect(found):
    """A connection whose one transaction sees a snapshot of the database, and changes nothing."""
    import psycopg2

    connection = psycopg2.connect(**found)
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    return connection


def same_server(connection, found):
    """Parameters for more connections to the very server of this one: a snapshot is that server's alone."""
    with socket.socket(fileno=os.dup(connection.info.socket)) as peer:
        address = peer.getpeername()[0]
    host = {"host": connection.info.host, "hostaddr": address, "port": connection.info.port}
    return {**found, **host, "target_session_attrs": "any", "load_balance_hosts": "disable"}
