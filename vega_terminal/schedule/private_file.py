"""Small files of the data folder: written whole or not at all, readable by their owner alone. Blocks."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError

LARGEST: Final = 1024 * 1024
"""Bytes; whatever is larger was not written by this program."""


def read_small(path: Path) -> str:
    """The text of a file.

    Raises:
        OSError: it cannot be read, or is too large.
        UnicodeDecodeError: it is no text.
    """
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(None, f"it is larger than {LARGEST // 1024} KiB")
    return content.decode()


def write_small(path: Path, text: str) -> None:
    """Replace a file, 0600; whoever reads meanwhile sees the old one or the new one.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _refused(path, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be written ({error.strerror}). Make room on the disk, or give your user the right to"
        " write there."
    )
