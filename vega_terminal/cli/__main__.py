"""Entry point of `vega-auth`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Final

from vega_terminal.start import started

_STOPPED: Final = 1
"""`ExitCode.PARTIAL`, as for every Ctrl-C; its module may be the one that was not loaded to its end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    # While modules load nothing becomes garbage; looking for it would take a quarter of the start.
    gc.disable()

    def run() -> int:
        from vega_terminal.cli.entry import run_command  # noqa: PLC0415 - see above

        return run_command(sys.argv[1:] if arguments is None else arguments)

    return started(run, _STOPPED)


if __name__ == "__main__":
    sys.exit(main())
