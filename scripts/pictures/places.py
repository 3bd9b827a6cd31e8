"""Where the pictures go, and where the app that is pictured keeps its data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "screenshots"
DATA_FOLDER: Final = Path("/tmp/vega")
"""Stands on the account screen, so it is the same everywhere and tells nothing of this machine."""


@contextmanager
def fresh_data_folder() -> Iterator[Path]:
    """The folder, empty, for the block.

    Raises:
        FileExistsError: it is in use, or was left behind; look and remove it by hand.
    """
    DATA_FOLDER.mkdir(mode=0o700)
    try:
        yield DATA_FOLDER
    finally:
        shutil.rmtree(DATA_FOLDER)
