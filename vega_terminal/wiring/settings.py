"""Where the settings come from: the operator's own, or those of the simulated broker."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vega_terminal.settings.loader import load_settings
from vega_terminal.settings.values import Settings

if TYPE_CHECKING:
    from vega_terminal.settings.notices import Told


@asynccontextmanager
async def settings_of(
    demo: str | None, env_file: Path | None, environ: Mapping[str, str]
) -> AsyncIterator[Settings]:
    """The operator's settings, or those of the simulated broker, which then runs for the block.

    Args:
        demo: a scenario of the simulated broker; None for the operator's own settings.
        env_file: instead of `./.env`; the demo reads none.
        environ: the environment.

    Raises:
        SettingsError: with every problem at once.
        DemoError: the simulated broker did not start.
    """
    if demo is None:
        yield load_settings(environ, env_file)
        return
    from vega_terminal.demo import demo_environment, simulated_broker  # noqa: PLC0415 - for the demo alone

    async with simulated_broker(demo) as broker:
        yield load_settings(demo_environment(broker, environ), Path(os.devnull))


def told_of_failure(demo: str | None, env_file: Path | None, environ: Mapping[str, str]) -> Told:
    """Who is told that nothing could start with the settings of `settings_of`, right or wrong."""
    from vega_terminal.settings.notices import who_is_told  # noqa: PLC0415 - only when it failed

    if demo is None:
        return who_is_told(environ, env_file)
    from vega_terminal.demo import demo_data_folder  # noqa: PLC0415 - for the demo alone

    return who_is_told({"VEGA_DATA_DIR": str(demo_data_folder(environ))}, Path(os.devnull))
