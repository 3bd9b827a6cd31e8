"""A program that listens where a server should, as a user of the test's choice, and tells what it is sent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from vega_terminal.remote import listeners

STRANGER = 65534
"""Of `nobody`."""

_PROGRAM = """
import os, socket, sys
uid, port = map(int, sys.argv[1:])
if uid != os.getuid():
    os.setuid(uid)
listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(("127.0.0.1", port))
listening.listen()
print(listening.getsockname()[1], flush=True)
while True:
    connected, _ = listening.accept()
    print(connected.recv(65536), flush=True)
"""


@dataclass(frozen=True)
class Program:
    """Listens until it is ended."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def first_bytes(self) -> str:
        """What came first over the next connection, until it ended; waits for it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def program(uid: int, port: int = 0) -> Iterator[Program]:
    """Listen as `uid`, which is one's own where the tests have no right to another."""
    order = [sys.executable, "-c", _PROGRAM, str(uid), str(port)]
    with subprocess.Popen(order, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Program(int(process.stdout.readline()), process)
        finally:
            process.kill()


@contextmanager
def stranger(folder: Path, port: int = 0) -> Iterator[Program]:
    """Listen as another user: truly where the tests run as root, elsewhere by a table that says so."""
    if os.geteuid() == 0:
        with program(STRANGER, port) as other:
            yield other
        return
    with program(os.geteuid(), port) as own, pytest.MonkeyPatch.context() as patch:
        patch.setattr(listeners, "TABLE", retold(folder, own.port, STRANGER))
        yield own


def retold(folder: Path, port: int, uid: int | None) -> Path:
    """The kernel's table, in which the listeners of `port` are those of `uid`, or are not there at all."""
    heading, *lines = listeners.TABLE.read_text().splitlines()
    told = [heading]
    for line in lines:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}"):
            if uid is None:
                continue
            fields[7] = str(uid)
        told.append(" ".join(fields))
    path = folder / "tcp"
    path.write_text("\n".join(told) + "\n")
    return path
