"""The data folder: whose it is, who may read it, and how much room there is."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, failure, fine, in_sentences, warning
from vega_terminal.doctor.folder import is_there, why_unseen
from vega_terminal.doctor.once import aside
from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.filesystem import require_local

_OTHERS: Final = 0o077
_ELSEWHERE: Final = "or set VEGA_DATA_DIR to another folder."
_GIVE_RIGHTS: Final = f"Give your user the right to write there, {_ELSEWHERE}"
_MOVE_AWAY: Final = f"Move it away, {_ELSEWHERE}"
_MEND_THE_WAY: Final = f"Mend the rights or the symbolic links on the way to it, {_ELSEWHERE}"
_NAMED: Final = 3
"""So many files are named; of more, the number is told."""
_TOO_LITTLE: Final = 20 * 1024**2
_LITTLE: Final = 500 * 1024**2
"""Bytes: the database, its repair and a browser's profile need tens of megabytes."""


async def data_folder(evidence: Evidence) -> Outcome:
    """On a local disk, ours, writable, and closed to others with all that is in it."""
    return await aside(partial(_judge_folder, evidence.ground.data_dir), evidence.ground.clock)


async def disk_space(evidence: Evidence) -> Outcome:
    """Room for the database, the journal and the browser's profile."""
    folder = _nearest(evidence.ground.data_dir)
    usage = await aside(partial(shutil.disk_usage, folder), evidence.ground.clock)
    return judge_space(usage.free, folder)


def judge_space(free: int, folder: Path) -> Outcome:
    """The verdict on so many free bytes."""
    found = f"{free / 1024**2:,.0f} MB are free at {folder}."
    if free < _TOO_LITTLE:
        return failure(f"{found} A new token might not be saved.", "Make room on that disk.")
    if free < _LITTLE:
        return warning(found, "Make room on that disk: a browser's profile alone can take 100 MB.")
    return fine(found)


def _judge_folder(folder: Path) -> Outcome:
    if code := why_unseen(folder):
        return _judge_unseen(folder, code)
    try:
        require_local(folder)
    except StorageError as error:
        return failure(*in_sentences(str(error)))
    if not folder.exists():
        return _judge_missing(folder)
    if not os.access(folder, os.R_OK | os.W_OK):
        return failure(f"{folder} cannot be written.", _GIVE_RIGHTS)
    return _judge_rights(folder)


def _judge_unseen(folder: Path, code: int) -> Outcome:
    if code != errno.ENOTDIR:
        return failure(f"{folder} cannot be looked at ({os.strerror(code)}).", _MEND_THE_WAY)
    in_its_place = _nearest(folder)
    on_the_way = "" if in_its_place == folder else f", so {folder} cannot be made"
    return failure(f"{in_its_place} is no folder{on_the_way}.", _MOVE_AWAY)


def _judge_missing(folder: Path) -> Outcome:
    parent = _nearest(folder)
    if not os.access(parent, os.W_OK | os.X_OK):
        return failure(f"{folder} does not exist and cannot be made in {parent}.", _GIVE_RIGHTS)
    return fine(f"{folder} does not exist yet; the first start makes it, for you alone.")


def _judge_rights(folder: Path) -> Outcome:
    strange = [path for path in _ours(folder) if path.lstat().st_uid != os.geteuid()]
    if strange:
        return warning(
            f"{_listed(strange)} belongs to another user, who can read and change it.",
            f"If it is yours: chown -R {os.geteuid()} '{folder}'",
        )
    loose = [path for path in _ours(folder) if path.lstat().st_mode & _OTHERS]
    if loose:
        return warning(
            f"Other users of this machine may read or write {_listed(loose)}.",
            f"Take their rights away: chmod -R go-rwx '{folder}'",
        )
    return fine(f"{folder}, for you alone.")


def _ours(folder: Path) -> Iterator[Path]:
    """The folder and what is kept in it; profiles of a browser that is open are its own business."""
    yield folder
    for pattern in ("*", "logs/*", "diagnostics/*"):
        for path in sorted(folder.glob(pattern)):
            if not stat.S_ISLNK(path.lstat().st_mode):
                yield path


def _listed(paths: list[Path]) -> str:
    named = ", ".join(str(path) for path in paths[:_NAMED])
    return named if len(paths) <= _NAMED else f"{named} and {len(paths) - _NAMED} more"


def _nearest(path: Path) -> Path:
    """The path itself, or the first of the folders above it that exists."""
    return next(each for each in (path, *path.parents) if is_there(each))
