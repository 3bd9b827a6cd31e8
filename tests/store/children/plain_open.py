"""The process A of the experiments R-1 and R-2: does what each line says, and tells that it did.

Arguments: the database, and how the file is looked at: `plain` opens and closes it, `not` leaves it alone,
`house` lets the store itself do everything that it can do with the file.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from pathlib import Path

from vega_terminal.clock import SystemClock
from vega_terminal.store.sqlite.file_identity import FileIdentity, require_same
from vega_terminal.store.sqlite.filesystem import is_on_network
from vega_terminal.store.sqlite.lock_holder import find_holder
from vega_terminal.store.sqlite.opener import Opener
from vega_terminal.store.sqlite.preparation import make_private, prepare

path, way = Path(sys.argv[1]), sys.argv[2]
connection = sqlite3.connect(path, isolation_level=None)
connection.execute("PRAGMA synchronous = FULL")


def house() -> None:
    """Everything in the store that touches the file of an open database."""
    make_private(path)
    prepare(path, sqlite3.sqlite_version_info, wal_allowed=False)
    require_same(path, FileIdentity.of(path))
    find_holder(path)
    is_on_network(path)


def house_with_an_own_opening() -> None:
    async def open_and_close() -> None:
        session = await Opener(path, SystemClock(), busy_attempts=3).open(lambda _: False)
        await session.close()

    house()
    asyncio.run(open_and_close())


def plain(name: str) -> None:
    os.close(os.open(name, os.O_RDONLY))


def look(suffix: str = "") -> None:
    if way == "plain":
        plain(f"{path}{suffix}")
    elif way == "house":
        house_with_an_own_opening()


def look_while_writing(suffix: str = "") -> None:
    if way == "plain":
        plain(f"{path}{suffix}")
    elif way == "house":
        make_private(path)
        require_same(path, FileIdentity.of(path))
        find_holder(path)


def act(line: str) -> None:
    words = line.split()
    if words[0] == "look":
        look(*words[1:])
    elif words[0] == "look_while_writing":
        look_while_writing(*words[1:])
    elif words[0] == "exit":
        os._exit(0)
    else:
        connection.execute(line)


sys.stdout.write("open\n")
sys.stdout.flush()
for line in sys.stdin:
    try:
        act(line.strip())
        said = "done"
    except sqlite3.Error as error:
        said = error.sqlite_errorname
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()
