"""Where the crash suite has its data folders."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

IN_MEMORY: Final = Path("/dev/shm")


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Path]:
    """In memory where possible: what a killed process wrote is there, whatever the disk is made of."""
    if not IN_MEMORY.is_dir() or not os.access(IN_MEMORY, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="vega-crash-", dir=IN_MEMORY))
    yield folder
    shutil.rmtree(folder)
