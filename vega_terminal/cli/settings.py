"""The settings of a command: the operator's own, or the demo's."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vega_terminal.cli.output import OutputFailed, say
from vega_terminal.domain.errors import StorageError, UsageError, VegaError
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


@asynccontextmanager
async def telling_failure(options: argparse.Namespace) -> AsyncIterator[None]:
    """Around everything of an unattended run: what stops it is told to people before it is raised on.

    What a run itself cannot do is no error; that is told beside the engine.
    """
    try:
        yield
    except (UsageError, OutputFailed):  # nobody meant this to start, or it has ended already
        raise
    except VegaError as error:
        from vega_terminal.notices.failed_start import tell_failed_start  # noqa: PLC0415 - only when it failed
        from vega_terminal.wiring.settings import told_of_failure  # noqa: PLC0415

        await tell_failed_start(told_of_failure(options.demo, options.env_file, os.environ), error)
        raise


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
