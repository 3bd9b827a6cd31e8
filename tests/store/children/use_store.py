"""Keeps the store of the folder in the first argument open and does what each line says; tells the outcome.

`save N`, `load`, `reopen`; `limit fsize N`, `limit nofile N` and `limit off` set what the system
allows this process. An outcome is a value, or the name of the error.
"""

from __future__ import annotations

import asyncio
import ctypes
import resource
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.store.opening import Store, open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator

PRIMARY = ApiSlot("PRIMARY", "client-1", Secret("s"), "http://127.0.0.1/cb", LoginIdentity("i", "…3210"))
ISSUED = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
ANY_TRACER = -1
PR_SET_PTRACER = 0x59616D61
WHOLE = {limit: resource.getrlimit(limit) for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)}


async def save(store: Store, epoch: str) -> object:
    issued = IssuedToken(Secret(f"token {epoch}"), "AB1234", ISSUED)
    token = AccessToken.from_issue(PRIMARY.name, PRIMARY.client_id, issued, int(epoch))
    return await store.tokens.save(token) and await store.tokens.holds(token)


async def load(store: Store) -> object:
    return (await store.tokens.load([PRIMARY]))["PRIMARY"].token.epoch


async def reopen(store: Store) -> object:
    return await store.recovery.reopen()


async def limit(_: Store, what: str, value: str = "0") -> object:
    if what == "off":
        for kind, limits in WHOLE.items():
            resource.setrlimit(kind, limits)
    else:
        kind = {"fsize": resource.RLIMIT_FSIZE, "nofile": resource.RLIMIT_NOFILE}[what]
        resource.setrlimit(kind, (int(value), WHOLE[kind][1]))
    return "limited"


ACTS: dict[str, Callable[..., Awaitable[object]]] = {act.__name__: act for act in (save, load, reopen, limit)}


def code_of(error: BaseException | None) -> str:
    """The name of SQLite's error at the root of it, if there is one."""
    while error is not None:
        if isinstance(error, sqlite3.Error):
            return str(getattr(error, "sqlite_errorname", type(error).__name__))
        error = error.__cause__
    return "-"


async def outcome(store: Store, line: str) -> str:
    act, *arguments = line.split()
    try:
        return str(await ACTS[act](store, *arguments))
    except StorageError as error:
        return f"{type(error).__name__} {code_of(error)}"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(folder: Path) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANY_TRACER, 0, 0, 0)
    told: list[StorageError] = []
    keys = KeyLocator([KeyFile(folder / "key", KeySource.KEY_FILE)])
    async with open_store(folder / "data", keys, SystemClock(), busy_attempts=2) as store:
        store.recovery.watch_trouble(told.append)
        say("open")
        for line in sys.stdin:
            say(f"{await outcome(store, line)} told={len(told)}")


asyncio.run(main(Path(sys.argv[1])))
