"""`vega-auth warmup`: do it now, print a timer for it, or say when it is next."""

from __future__ import annotations

import argparse
import importlib
from typing import Final

from vega_terminal.domain.errors import UsageError

_ONLY_FOR: Final = {"scheduled": "run", "timer": "install", "user": "install"}


async def warmup(options: argparse.Namespace) -> int:
    """Run the command; the exit code of `run` is that of contract section 1.

    Raises:
        UsageError: an option does not go with the action.
    """
    _require_fitting(options)
    action = importlib.import_module(f"vega_terminal.cli.warmup_{options.action}")
    code: int = await getattr(action, options.action)(options)
    return code


def _require_fitting(options: argparse.Namespace) -> None:
    for name, action in _ONLY_FOR.items():
        if getattr(options, name) and options.action != action:
            given = options.timer if name == "timer" else name
            raise UsageError(f"--{given} belongs to `vega-auth warmup {action}`.")
    if options.action == "install" and options.demo is not None:
        raise UsageError("--demo: the simulated broker needs no timer. Try `vega-auth warmup run --demo`.")
