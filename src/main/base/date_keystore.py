#!/usr/bin/env python3
"""Sets the date on which each certificate was added to a Java keystore ("JKS" format): date_keystore.py FILE SECONDS.

Java ignores that date, but it would differ between assemblies. The file ends with a checksum, which is renewed."""
import hashlib
import struct
import sys

path, seconds = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read()[:-20])
magic, version, count = struct.unpack_from(">III", data)
assert magic == 0xFEEDFEED and version == 2, f"not a JKS keystore: {path}"
at = 12
for _ in range(count):
    # An entry: tag, alias, date, type of the certificate, the certificate.
    tag, length = struct.unpack_from(">IH", data, at)
    assert tag == 2, "not a certificate"
    at += 6 + length
    struct.pack_into(">Q", data, at, seconds * 1000)
    at += 8
    at += 2 + struct.unpack_from(">H", data, at)[0]
    at += 4 + struct.unpack_from(">I", data, at)[0]
assert at == len(data), f"unknown content: {path}"
# The password is the default of every Java.
salt = "changeit".encode("utf-16-be") + b"Mighty Aphrodite"
open(path, "wb").write(data + hashlib.sha1(salt + data).digest())
