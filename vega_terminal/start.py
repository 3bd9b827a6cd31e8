"""How a program of ours begins: Ctrl-C while its modules load ends it as quietly as one later on."""

from __future__ import annotations

import sys
from collections.abc import Callable


def started(run: Callable[[], int], stopped: int) -> int:
    """The exit code of `run`, which loads the program first; `stopped` when Ctrl-C ends that."""
    try:
        return run()
    except (KeyboardInterrupt, RuntimeError) as error:
        # In the middle of a class Python may make a RuntimeError of it.
        if not isinstance(error, KeyboardInterrupt) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise
    if sys.stderr is not None:
        sys.stderr.write("Stopped.\n")
    return stopped
