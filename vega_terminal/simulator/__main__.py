"""`python -m vega_terminal.simulator`."""

from __future__ import annotations

import sys

from vega_terminal.simulator.command_line import main

if __name__ == "__main__":
    sys.exit(main())
