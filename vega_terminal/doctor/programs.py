"""Asks a browser and its driver for their versions; no window, no profile, no network."""

from __future__ import annotations

import re
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vega_terminal.child_session import child_session

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
        async with child_session(program, "--version", environ=environ, stdout=PIPE) as process:
            output, _ = await process.communicate()
    except OSError as error:
        raise NoVersion(f"{program} cannot be run ({error.strerror}).") from error
    return output[:_MOST_BYTES].decode(errors="replace")
