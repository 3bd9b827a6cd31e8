"""Writes the text of `.env.example` to stdout: `python -m vega_terminal.settings > .env.example`."""

from __future__ import annotations

import sys

from vega_terminal.settings.example import render_example

if __name__ == "__main__":
    sys.stdout.write(render_example())
