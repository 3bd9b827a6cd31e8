"""The settings of a command: the operator's own, or the demo's."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vega_terminal.cli.output import say
from vega_terminal.domain.errors import StorageError
from vega_terminal.logs import log_to
from vega_terminal.private_files import make_folder
from vega_terminal.settings.values import Settings
from vega_terminal.wiring import settings_of


@asynccontextmanager
async def command_settings(options: argparse.Namespace) -> AsyncIterator[Settings]:
    """Read the settings, start the log, and say what the operator should know at each start.

    Raises:
        SettingsError: with every problem at once.
        StorageError: the data folder cannot be used.
    """
    async with settings_of(options.demo, options.env_file, os.environ) as settings:
        _start_log(settings)
        for warning in settings.warnings:
            say(f"Warning: {warning}")
        yield settings


def _start_log(settings: Settings) -> None:
    """The log is the first to use the data folder, so the folder is made here, for its owner alone."""
    try:
        make_folder(settings.data_dir)
        log_to(settings.data_dir / "logs", settings.log_level.value)
    except OSError as error:
        raise StorageError(
            f"The data folder {settings.data_dir} cannot be used ({error.strerror}). Give your user the right"
            " to write there, or set VEGA_DATA_DIR to another folder."
        ) from error
