"""Runs the argument, which is SQL, in PGDATABASE."""

import sys

import psycopg2

connection = psycopg2.connect("")
connection.autocommit = True
connection.cursor().execute(sys.argv[1])
