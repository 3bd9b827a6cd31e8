"""Holds a lock on the database of the first argument until it reads a line.

The second argument is what takes the lock; EXCLUSIVE, IMMEDIATE, or READ for a reader that has not finished.
"""

from __future__ import annotations

import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
kind = sys.argv[2] if len(sys.argv) > 2 else "EXCLUSIVE"
connection.execute("BEGIN" if kind == "READ" else f"BEGIN {kind}")
connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
sys.stdout.write("held\n")
sys.stdout.flush()
sys.stdin.readline()
connection.execute("ROLLBACK")
sys.stdout.write("free\n")
sys.stdout.flush()
sys.stdin.readline()
connection.close()
