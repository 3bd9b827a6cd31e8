"""Entry point of `vega-terminal`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

_STOPPED: Final = 0
"""`ExitCode.OK`: left by the operator. Its module may be the one that was not loaded to its end."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the terminal and return the exit code.

    Args:
        argv: the arguments without the program's name; None takes the process's own.
    """
    try:
        from vega_terminal.ui.entry import run_terminal  # noqa: PLC0415 - takes the time of a key press

        return run_terminal(sys.argv[1:] if argv is None else argv)
    except (KeyboardInterrupt, RuntimeError) as error:
        # Ctrl-C while modules load. In the middle of a class Python may make a RuntimeError of it.
        if not isinstance(error, KeyboardInterrupt) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise
    if sys.stderr is not None:
        sys.stderr.write("Stopped.\n")
    return _STOPPED


if __name__ == "__main__":
    sys.exit(main())
