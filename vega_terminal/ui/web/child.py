"""One terminal of the server: `python -m vega_terminal.ui.web.child`, started by the server alone."""

from __future__ import annotations

import os
import sys
from typing import Final

from vega_terminal.domain.errors import SettingsError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.ui.web.order import StartOrder, read_order

_STDIN: Final = 0


def main() -> int:
    """Wait for the server's order, then run the terminal for its page. Returns the exit code."""
    order = None if os.isatty(_STDIN) else read_order(_STDIN)
    if order is None:
        sys.stderr.write("This is the inner part of a server. Start that one: vega-terminal serve\n")
        return ExitCode.USAGE
    return _run(order)


def _run(order: StartOrder) -> int:
    from vega_terminal.ui.startup import terminal_factory  # noqa: PLC0415 - only with an order
    from vega_terminal.ui.web.page_app import PageApp  # noqa: PLC0415 - Textual

    try:
        info, engine_factory = terminal_factory(None, order.env_file)
    except SettingsError as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        return ExitCode.FATAL
    app = PageApp(info, engine_factory)
    app.run(size=(order.size.width, order.size.height))
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
