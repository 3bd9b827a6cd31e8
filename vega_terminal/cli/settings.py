"""The settings of a command: the operator's own, or the demo's."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vega_terminal.cli.output import say
from vega_terminal.logs import log_to
from vega_terminal.settings.values import Settings
from vega_terminal.wiring import settings_of


@asynccontextmanager
async def command_settings(options: argparse.Namespace) -> AsyncIterator[Settings]:
    """Read the settings, start the log, and say what the operator should know at each start.

    Raises:
        SettingsError: with every problem at once.
    """
    async with settings_of(options.demo, options.env_file, os.environ) as settings:
        log_to(settings.data_dir / "logs", settings.log_level.value)
        for warning in settings.warnings:
            say(f"Warning: {warning}")
        yield settings
