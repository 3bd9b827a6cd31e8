"""Asks a browser and its driver for their versions; no window, no profile, no network."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL")
_MOST_BYTES: Final = 4096


class NoVersion(Exception):
    """The program does not tell its version; the text says why."""


async def version_of(program: Path, environ: Mapping[str, str]) -> str:
    """The version that `program --version` tells, such as `131.0.6778.85`.

    Args:
        program: to run; it is told of no display, so it can open no window.
        environ: of which it gets what any program needs.

    Raises:
        NoVersion: it cannot be run, or says nothing of the kind.
    """
    said = await _said_by(program, {key: environ[key] for key in _KEPT if key in environ})
    found = _VERSION.search(said)
    if found is None:
        raise NoVersion(f"{program} --version tells no version.")
    return found[0]


def major(version: str) -> str:
    """The first number of a version."""
    return version.partition(".")[0]


async def _said_by(program: Path, environ: Mapping[str, str]) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            "--version",
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environ,
            start_new_session=True,
        )
    except OSError as error:
        raise NoVersion(f"{program} cannot be run ({error.strerror}).") from error
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return output[:_MOST_BYTES].decode(errors="replace")
