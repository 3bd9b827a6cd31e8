"""Whether a folder can be looked into, told before anything in it is asked for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def why_unseen(folder: Path) -> int:
    """Why nothing in the folder can be seen, as an errno; 0 when it can, or when there is no folder yet.

    Blocks.
    """
    try:
        mode = folder.stat().st_mode
    except FileNotFoundError:
        return 0
    except OSError as error:
        return error.errno or errno.EIO
    if not stat.S_ISDIR(mode):
        return errno.ENOTDIR
    return 0 if os.access(folder, os.X_OK) else errno.EACCES


def is_there(path: Path) -> bool:
    """Whether anything has this name; False also where that cannot be seen. Blocks."""
    try:
        path.stat()
    except OSError:
        return False
    return True
