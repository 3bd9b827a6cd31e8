"""Where the settings come from: the operator's own, or those of the simulated broker."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from vega_terminal.settings.loader import load_settings
from vega_terminal.settings.values import Settings


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
