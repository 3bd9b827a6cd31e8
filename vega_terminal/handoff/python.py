"""Today's token for a Python program, without loading the terminal."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import SettingsError
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.handoff.giving import Receiver, Way, hand_out
from vega_terminal.handoff.receiver import own_name
from vega_terminal.handoff.refusal import TokenRefusal, TokenUnavailable
from vega_terminal.settings.loader import load_settings

_LOGGER: Final = logging.getLogger(__name__)


def current_token(
    slot: str = PRIMARY,
    *,
    env_file: str | os.PathLike[str] | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> Secret:
    """Today's access token of a slot; ask again when you need it again, and keep it nowhere.

    Reads what `vega-auth refresh` or the terminal stored, and records in the audit trail that your program
    has it. Opens no browser and does not ask the broker. Takes some tens of milliseconds, a few seconds
    while another program holds the database. May be called in any thread, also while an event loop runs;
    that loop stands still meanwhile, unless you write `await asyncio.to_thread(current_token)`.

    Args:
        slot: its name in `UPSTOX_API_NAMES`.
        env_file: the file with the settings; otherwise `.env` in the working directory, if there is one.
            What is set in the environment wins.
        data_dir: where the tokens lie; otherwise `VEGA_DATA_DIR`.

    Returns:
        The token, masked wherever text is made of it, so that it does not get into logs and crash reports
        by itself: call `.reveal()` in the one place that sends it.

    Raises:
        TokenUnavailable: there is none to be had; `refusal` says why, the text what to do.
    """
    # None, of a variable that is not set, is no slot either.
    look = partial(_looked_up, str(slot), env_file, data_dir)
    # A thread of its own: a loop may run in this one, and one that ends here would take its place away.
    with ThreadPoolExecutor(1, "current_token") as thread:
        return thread.submit(lambda: asyncio.run(look())).result()


async def _looked_up(
    slot: str, env_file: str | os.PathLike[str] | None, data_dir: str | os.PathLike[str] | None
) -> Secret:
    named = {} if data_dir is None else {"VEGA_DATA_DIR": os.fsdecode(data_dir)}
    try:
        settings = load_settings(
            {**os.environ, **named}, None if env_file is None else Path(os.fsdecode(env_file))
        )
    except SettingsError as error:
        raise TokenUnavailable(slot, TokenRefusal.SETTINGS, f"The settings are wrong. {error}") from error
    receiver = Receiver(own_name(), Way.PYTHON)
    return (await hand_out(settings, (slot,), receiver, SystemClock(), _LOGGER.warning))[slot]
