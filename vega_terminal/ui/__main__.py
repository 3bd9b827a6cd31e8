"""Entry point of `vega-terminal`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from vega_terminal.start import started

_STOPPED: Final = 0
"""`ExitCode.OK`: left by the operator. Its module may be the one that was not loaded to its end."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the terminal and return the exit code.

    Args:
        argv: the arguments without the program's name; None takes the process's own.
    """

    def run() -> int:
        from vega_terminal.ui.entry import run_terminal  # noqa: PLC0415 - takes the time of a key press

        return run_terminal(sys.argv[1:] if argv is None else argv)

    return started(run, _STOPPED)


if __name__ == "__main__":
    sys.exit(main())
