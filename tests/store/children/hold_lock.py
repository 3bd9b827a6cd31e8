"""Holds an exclusive lock on the database of the first argument until it reads a line."""

from __future__ import annotations

import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
sys.stdout.write("held\n")
sys.stdout.flush()
sys.stdin.readline()
connection.execute("ROLLBACK")
sys.stdout.write("free\n")
sys.stdout.flush()
sys.stdin.readline()
connection.close()
