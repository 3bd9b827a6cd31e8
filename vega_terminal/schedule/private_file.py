"""Small files of the data folder: written whole or not at all, readable by their owner alone. Blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.private_files import replace_file

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
        replace_file(path, text)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror}). Make room on the disk, or give your user the right"
            " to write there."
        ) from error
