"""What ties a driver to the run that started it, so that a killed run leaves no driver at work.

Two ties, because neither is enough. The system can be told to kill the driver with its parent, but only
Linux can. The descriptor of the machine's login lock, inherited, keeps the lock held for as long as the
driver lives, but does not end it; the next run then does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Final

_PR_SET_PDEATHSIG: Final = 1
_BEHIND_THE_TERMINAL: Final = 5
"""Added to the niceness; between the terminal's own and that of background jobs."""


def bonds(inherited: tuple[int, ...]) -> dict[str, Any]:
    """Arguments of `subprocess.Popen` for a driver, in a session of its own: Ctrl-C is not meant for it.

    Args:
        inherited: descriptors that the driver keeps open. The browser does not: drivers close what is
            not meant for it.
    """
    arguments: dict[str, Any] = {"start_new_session": True, "pass_fds": inherited}
    if sys.platform == "linux":
        arguments["preexec_fn"] = dies_with_parent()
    return arguments


def dies_with_parent() -> Callable[[], None]:
    """What a child calls before it becomes the driver: it is killed when the thread that made it ends.

    The driver and its browser also step back behind whoever is at the terminal: they take what is left of
    the processor.

    Everything is looked up here, before the fork: the child may take no lock that another thread of its
    parent held at that moment. Not the process but the thread counts (prctl(2)): the browser's thread
    starts the driver, and lives until that one is gone.
    """
    prctl = ctypes.CDLL(None).prctl
    arguments = (_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    parent, parent_now, leave, step_back = os.getpid(), os.getppid, os._exit, os.nice

    def in_child() -> None:
        prctl(*arguments)
        step_back(_BEHIND_THE_TERMINAL)
        if parent_now() != parent:
            leave(1)  # the parent was killed before its death could be watched

    return in_child
